import { errorChain } from '@/lib/errors.ts'
import type { AuditLog, NewAuditRow } from './audit-log.ts'

/** Who it was, and from where. */
const HOST = { actor: 'root', address: '' }

/** Whether a row of the audit, as JSON, is of a command at the host. */
export function isWrittenAtHost(row: string): boolean {
  try {
    const { actor, address } = JSON.parse(row) as Partial<NewAuditRow>
    return actor === HOST.actor && address === HOST.address
  } catch {
    return false // tampered with
  }
}

/** Does what root asks for at the host, written down before and after. */
export function auditOnHost<T>(
  audit: AuditLog,
  words: Pick<NewAuditRow, 'verb' | 'target' | 'text'>,
  work: () => T,
): T {
  const row = { ...HOST, ...words, argv: [], detail: '', jobId: null }
  audit.write({ ...row, outcome: 'intent' })
  let done: T
  try {
    done = work()
  } catch (error) {
    audit.write({ ...row, outcome: 'failed', detail: errorChain(error) })
    throw error
  }
  audit.write({ ...row, outcome: 'succeeded' })
  return done
}
