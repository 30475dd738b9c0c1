import type { HandlersOf } from '../handlers.ts'
import type { Accounts } from './accounts.ts'
import { visitorOf } from './call-visitor.ts'
import { makeUser } from './make-user.ts'
import { PanelError } from '@/lib/errors.ts'
import { refuseForGroup } from './refuse-for-group.ts'
import { setPassword } from './set-password.ts'

type UserVerb =
  | 'user.list'
  | 'user.create'
  | 'user.invite'
  | 'user.reset'
  | 'user.setRole'
  | 'user.setLimits'
  | 'user.setPassword'
  | 'user.remove'
  | 'user.policy'
  | 'user.setPolicy'

/** The verbs with which admins manage users. */
export function createUserHandlers({ accounts }: { accounts: Accounts }): HandlersOf<UserVerb> {
  const { auth, store, invites, policy, refuseWeakPassword } = accounts
  return {
    'user.list': async () => ({ users: store.list() }),
    'user.create': async (user) => store.find(await makeUser(accounts, user)),
    'user.invite': async ({ userName, role }) => {
      const id = await makeUser(accounts, { userName, password: undefined, role })
      const token = invites.make(id)
      return { user: store.find(id), token }
    },
    'user.reset': async ({ id, endSecondFactors }, context) => {
      if (id === context.actor?.userId)
        throw new PanelError('conflict', 'You cannot reset yourself: nobody may be left who can log in.', {
          hint: 'Change your password on this page, or have another admin reset you.',
        })
      store.reset(id, { endSecondFactors })
      const token = invites.make(id)
      accounts.changed({ userId: id, sessionIds: null })
      return { user: store.find(id), token }
    },
    'user.setLimits': async ({ id, jails, consoles }, context) => {
      if (id === context.actor?.userId)
        throw new PanelError('conflict', 'You cannot limit yourself.', { hint: 'Another admin can.' })
      const user = store.setLimits(id, jails, consoles)
      accounts.changed({ userId: id, sessionIds: null })
      return user
    },
    'user.setRole': async ({ id, role }) => {
      refuseForGroup(accounts, id)
      const user = store.setRole(id, role)
      accounts.changed({ userId: id, sessionIds: null })
      return user
    },
    'user.setPassword': async ({ id, password }) => {
      refuseWeakPassword(password, store.find(id).userName)
      refuseForGroup(accounts, id)
      await setPassword(auth, id, password)
      invites.end(id)
      store.endOthers(id, null)
      accounts.changed({ userId: id, sessionIds: null })
      return {}
    },
    'user.policy': async () => policy.read(),
    'user.setPolicy': async (wanted, context) => {
      const { actor, sessionId } = visitorOf(context)
      if (wanted.roles.includes(actor.role) && store.sessionState(sessionId)?.strong !== true)
        throw new PanelError('conflict', 'You did not show a second factor in this session.', {
          hint: 'Set up an authenticator app or a passkey of your own, or log in with it, and then ask it of others.',
        })
      policy.set(wanted)
      // Whoever has to show one looks again, and finds the door.
      for (const { id, role } of store.list())
        if (wanted.roles.includes(role) && id !== actor.userId) accounts.changed({ userId: id, sessionIds: null })
      return policy.read()
    },
    'user.remove': async ({ id }) => {
      store.remove(id)
      accounts.changed({ userId: id, sessionIds: null })
      return {}
    },
  }
}
