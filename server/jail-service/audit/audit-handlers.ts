import type { HandlersOf } from '../handlers.ts'
import type { AuditLog } from './audit-log.ts'

/** The verbs with which admins read the audit. */
export function createAuditHandlers({
  audit,
}: {
  audit: AuditLog
}): HandlersOf<'audit.list' | 'audit.export' | 'audit.verify'> {
  return {
    'audit.list': async (query) => audit.list(query),
    'audit.export': async (query) => audit.export(query),
    'audit.verify': async () => audit.verify(),
  }
}
