import { errorChain } from '@/lib/errors.ts'
import type { Job } from '@/lib/job.ts'
import type { AuditLog } from './audit-log.ts'

/** Writes what became of a job; what cannot be written now is told to `log`, since the job is over already. */
export function auditJobEnd(audit: AuditLog, log: (message: string) => void) {
  return (job: Job, address: string): void => {
    const { id, actor, kind, target, title, commands, state, exitCode, failure } = job
    const how = [state === 'succeeded' ? '' : state, exitCode === null ? '' : `exit code ${exitCode}`, failure?.message]
    try {
      audit.write({
        ...{
          actor,
          address,
          verb: kind === 'bulk' ? 'jail.bulk' : kind,
          target,
          text: title,
          argv: commands,
          jobId: id,
        },
        outcome: state === 'succeeded' ? 'succeeded' : 'failed',
        detail: how.filter(Boolean).join('; '),
      })
    } catch (error) {
      log(`job ${id}: its end (${state}) could not be written to the audit: ${errorChain(error)}`)
    }
  }
}
