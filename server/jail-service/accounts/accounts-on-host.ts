import type { User } from '@/lib/account.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Db } from '../db.ts'
import { StartRefusal } from '../start-refusal.ts'
import { createAccountStore } from './account-store.ts'
import { createInvites } from './invites.ts'

/** Accounts as whoever owns the state folder may change them, beside a running service, which sees it at the next look. */
export function openAccountsOnHost(db: Db, audit: AuditLog) {
  if (db.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'user'`).get() === undefined)
    throw new StartRefusal('the service was never started with this folder: there is no account.')
  const store = createAccountStore(db)
  const invites = createInvites(db)
  return {
    list: (): User[] => store.list(),
    /** As the verb `user.reset`; answers the user as it is then, with the token of a new link. Throws StartRefusal for an unknown name. */
    reset(name: string, choice: { endSecondFactors: boolean }): { user: User; token: string } {
      const found = store.list().find(({ userName }) => userName === name)
      if (found === undefined) throw new StartRefusal(`there is no user ${name}.`)
      const text = `reset user ${name}${choice.endSecondFactors ? ', second factors too,' : ''} at the host`
      const row = {
        ...{ actor: 'root', address: '', verb: 'user.reset', target: name, text },
        ...{ argv: [], detail: '', jobId: null },
      }
      audit.write({ ...row, outcome: 'intent' })
      const user = store.reset(found.id, choice)
      const token = invites.make(found.id)
      audit.write({ ...row, outcome: 'succeeded' })
      return { user, token }
    },
  }
}
