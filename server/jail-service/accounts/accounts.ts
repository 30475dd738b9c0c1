import path from 'node:path'
import type { Actor } from '@/lib/account.ts'
import type { Capability } from '@/lib/capabilities.ts'
import { roleCan } from '@/lib/capabilities.ts'
import { SESSION_COOKIE } from '@/lib/contract/wire.ts'
import { errorChain } from '@/lib/errors.ts'
import type { Db } from '../db.ts'
import type { AccountStore } from './account-store.ts'
import { createAccountStore } from './account-store.ts'
import type { Auth } from './auth.ts'
import { createAuth } from './auth.ts'
import type { Invites } from './invites.ts'
import { createInvites } from './invites.ts'
import type { Passkeys } from './passkeys.ts'
import { createPasskeys } from './passkeys.ts'
import type { SecondFactors } from './second-factors.ts'
import { createSecondFactors } from './second-factors.ts'
import { SetupToken } from './setup-token.ts'

/** Who came with a request. */
export interface Visitor {
  sessionId: string
  actor: Actor
}

/** Something about a user's rights or sessions changed: look again at what they have open. */
export type AccountChange = { userId: string; /** null: all of the user's */ sessionIds: readonly string[] | null }

/** The accounts half of the service. */
export interface Accounts {
  auth: Auth
  store: AccountStore
  factors: SecondFactors
  invites: Invites
  passkeys: Passkeys
  setupToken: SetupToken
  /** The session that a cookie header belongs to; undefined when there is none that is good. */
  authenticate(cookie: string | undefined): Promise<Visitor | undefined>
  sessionIsGood(sessionId: string): boolean
  /** Use of a session without a call; never throws. */
  noteUse(sessionId: string): void
  /** Whether a user holds a right at this moment; also false when the user is gone. */
  userCan(userId: string, capability: Capability): boolean
  /** Tells everyone who listens that a user's rights or sessions changed. */
  changed(change: AccountChange): void
  /** Calls `listener` at each such change; returns the way to stop. */
  onChange(listener: (change: AccountChange) => void): () => void
}

/** Opens the accounts kept in this database and state folder; prints the set-up token while there is none. */
export async function openAccounts(
  db: Db,
  { stateFolder, origins, log }: { stateFolder: string; origins: readonly string[]; log: (message: string) => void },
): Promise<Accounts> {
  const auth = await createAuth(db, path.join(stateFolder, 'cookie-secret'), log)
  const store = createAccountStore(db)
  const { secret } = await auth.$context
  const listeners = new Set<(change: AccountChange) => void>()

  async function readSession(cookie: string) {
    const headers = new Headers({ cookie })
    try {
      return await auth.api.getSession({ headers })
    } catch (error) {
      // A use that cannot be noted (disk full) must not end reading.
      log(`accounts: use of a session could not be noted: ${errorChain(error)}`)
      return auth.api.getSession({ headers, query: { disableRefresh: true } })
    }
  }

  return {
    auth,
    store,
    factors: createSecondFactors(db, secret),
    invites: createInvites(db),
    passkeys: createPasskeys(db, origins),
    setupToken: new SetupToken(path.join(stateFolder, 'setup-token'), store.isEmpty()),
    async authenticate(cookie) {
      if (cookie === undefined || !cookie.includes(`${SESSION_COOKIE}=`)) return undefined
      const found = await readSession(cookie)
      if (found === null || !store.sessionIsGood(found.session.id)) return undefined
      const actor = store.actor(found.user.id)
      return actor === undefined ? undefined : { sessionId: found.session.id, actor }
    },
    sessionIsGood: (id) => store.sessionIsGood(id),
    noteUse(id) {
      try {
        store.noteUse(id)
      } catch (error) {
        log(`accounts: use of a session could not be noted: ${errorChain(error)}`)
      }
    },
    userCan(userId, capability) {
      const actor = store.actor(userId)
      return actor !== undefined && roleCan(actor.role, capability)
    },
    changed(change) {
      for (const listener of listeners) listener(change)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
