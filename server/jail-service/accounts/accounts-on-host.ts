import type { User } from '@/lib/account.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { auditOnHost } from '../audit/audit-on-host.ts'
import type { Db } from '../db.ts'
import { StartRefusal } from '../start-refusal.ts'
import { createAccountStore } from './account-store.ts'
import { openFactorKey, rotateFactorKey } from './factor-key.ts'
import { createInvites } from './invites.ts'
import { sealOlderFactors } from './older-factors.ts'

/** Accounts as whoever owns the state folder may change them, beside a running service, which sees it at the next look. */
export function openAccountsOnHost(db: Db, { folder, audit }: { folder: string; audit: AuditLog }) {
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
      return auditOnHost(audit, { verb: 'user.reset', target: name, text }, () => ({
        user: store.reset(found.id, choice),
        token: invites.make(found.id),
      }))
    },
    /** Second factors lie under a new key afterwards, and go on. Throws StartRefusal when one of them cannot be opened. */
    async rotateKey(): Promise<void> {
      const words = { verb: 'factors.rotateKey', target: '', text: 'rotate the key of second factors at the host' }
      const key = openFactorKey(folder)
      await sealOlderFactors(db, key)
      auditOnHost(audit, words, () => rotateFactorKey(db, key))
    },
  }
}
