import type { HandlersOf } from '../handlers.ts'
import type { Accounts } from './accounts.ts'
import { makeUser } from './make-user.ts'

/** The verbs with which admins manage users. */
export function createUserHandlers({
  accounts,
}: {
  accounts: Accounts
}): HandlersOf<'user.list' | 'user.create' | 'user.setRole' | 'user.remove'> {
  const { auth, store } = accounts
  return {
    'user.list': async () => ({ users: store.list() }),
    'user.create': async (user) => store.find(await makeUser(auth, user)),
    'user.setRole': async ({ id, role }) => {
      const user = store.setRole(id, role)
      accounts.changed({ userId: id, sessionIds: null })
      return user
    },
    'user.remove': async ({ id }) => {
      store.remove(id)
      accounts.changed({ userId: id, sessionIds: null })
      return {}
    },
  }
}
