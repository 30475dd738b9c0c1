import { errorChain } from '@/lib/errors.ts'
import type { Job } from '@/lib/job.ts'
import type { AuditLog, NewAuditRow } from './audit-log.ts'

/** What could not be written is tried again each so often, in milliseconds: a full disk gets room again. */
const REWRITE_MS = 5_000
/** Rows that wait for that at most; the log has the others. */
const WAITING_MAX = 5_000

/** Writes what became of a job; what cannot be written now is told to `log` and written when there is room. */
export function auditJobEnd(audit: AuditLog, log: (message: string) => void) {
  const waiting: NewAuditRow[] = []
  let timer: NodeJS.Timeout | undefined

  function writeWaiting(): void {
    try {
      for (let [row] = waiting; row !== undefined; [row] = waiting) {
        audit.write(row)
        waiting.shift()
      }
      clearInterval(timer)
      timer = undefined
    } catch {
      // still full
    }
  }

  return (job: Job, address: string): void => {
    const { id, actor, kind, target, title, commands, state, exitCode, failure } = job
    const how = [state === 'succeeded' ? '' : state, exitCode === null ? '' : `exit code ${exitCode}`, failure?.message]
    const row: NewAuditRow = {
      ...{ actor, address, verb: kind === 'bulk' ? 'jail.bulk' : kind, target, text: title, argv: commands, jobId: id },
      outcome: state === 'succeeded' ? 'succeeded' : 'failed',
      detail: how.filter(Boolean).join('; '),
    }
    try {
      audit.write(row)
    } catch (error) {
      log(`job ${id}: its end (${state}) could not be written to the audit: ${errorChain(error)}`)
      if (waiting.push(row) > WAITING_MAX) waiting.shift()
      timer ??= setInterval(writeWaiting, REWRITE_MS).unref()
    }
  }
}
