import { errorChain } from '@/lib/errors.ts'
import type { AuditLog, NewAuditRow } from './audit-log.ts'

/** Does what root asks for at the host, written down before and after. */
export function auditOnHost<T>(
  audit: AuditLog,
  words: Pick<NewAuditRow, 'verb' | 'target' | 'text'>,
  work: () => T,
): T {
  const row = { actor: 'root', address: '', ...words, argv: [], detail: '', jobId: null }
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
