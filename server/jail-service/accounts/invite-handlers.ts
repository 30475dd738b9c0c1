import { PanelError } from '@/lib/errors.ts'
import type { HandlersOf } from '../handlers.ts'
import type { Accounts } from './accounts.ts'
import type { LoginLimits } from './login-limits.ts'
import { openSession } from './open-session.ts'
import { setPassword } from './set-password.ts'
import { refuseWeakPassword } from './weak-password.ts'

/** The refusal of a link that is nobody's (any more). */
export const inviteGone = (): PanelError =>
  new PanelError('not_found', 'This link was used, replaced by a newer one, or is too old.', {
    hint: 'An admin can give you another.',
  })

/** The verbs of who comes with a link to set a password. */
export function createInviteHandlers({
  accounts,
  limits,
}: {
  accounts: Accounts
  limits: LoginLimits
}): HandlersOf<'invite.status' | 'invite.accept'> {
  const { auth, store, invites } = accounts
  return {
    'invite.status': async ({ token }, { address }) => {
      limits.check(`link ${address}`, address)
      const userId = invites.userOf(token)
      if (userId !== undefined) return { userName: store.find(userId).userName }
      limits.attempt(`link ${address}`, address)
      throw inviteGone()
    },
    'invite.accept': async ({ token, password }, context) => {
      limits.check(`link ${context.address}`, context.address)
      const invited = invites.userOf(token)
      if (invited === undefined) {
        limits.attempt(`link ${context.address}`, context.address)
        throw inviteGone()
      }
      refuseWeakPassword(password, store.find(invited).userName)
      // Looked at again: of two at the same moment one comes in.
      const userId = invites.take(token)
      if (userId === undefined) throw inviteGone()
      await setPassword(auth, userId, password)
      return { actor: await openSession(accounts, userId, context) }
    },
  }
}
