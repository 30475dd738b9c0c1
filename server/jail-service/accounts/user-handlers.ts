import type { HandlersOf } from '../handlers.ts'
import type { Accounts } from './accounts.ts'
import { makeUser } from './make-user.ts'
import { hashPassword } from './password-hash.ts'

/** The verbs with which admins manage users. */
export function createUserHandlers({
  accounts,
}: {
  accounts: Accounts
}): HandlersOf<'user.list' | 'user.create' | 'user.setRole' | 'user.setPassword' | 'user.remove'> {
  const { auth, store } = accounts
  return {
    'user.list': async () => ({ users: store.list() }),
    'user.create': async (user) => store.find(await makeUser(auth, user)),
    'user.setRole': async ({ id, role }) => {
      const user = store.setRole(id, role)
      accounts.changed({ userId: id, sessionIds: null })
      return user
    },
    'user.setPassword': async ({ id, password }) => {
      store.find(id)
      const hash = await hashPassword(password)
      await (await auth.$context).internalAdapter.updatePassword(id, hash)
      store.endOthers(id, null)
      accounts.changed({ userId: id, sessionIds: null })
      return {}
    },
    'user.remove': async ({ id }) => {
      store.remove(id)
      accounts.changed({ userId: id, sessionIds: null })
      return {}
    },
  }
}
