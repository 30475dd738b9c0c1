import { PanelError } from '@/lib/errors.ts'
import type { HandlersOf } from '../handlers.ts'
import type { Accounts } from './accounts.ts'
import { visitorOf } from './call-visitor.ts'
import { hasPassword } from './check-password.ts'
import type { LoginLimits } from './login-limits.ts'
import { mustKeepOne } from './must-keep-one.ts'
import { refuseForGroup } from './refuse-for-group.ts'
import { openSession } from './open-session.ts'
import { renewProof } from './session-token.ts'

type PasskeyVerb = 'passkey.challenge' | 'passkey.begin' | 'passkey.add' | 'passkey.remove' | 'session.loginByPasskey'

/** The verbs of passkeys: to have them, and to come in by one. */
export function createPasskeyHandlers({
  accounts,
  limits,
}: {
  accounts: Accounts
  limits: LoginLimits
}): HandlersOf<PasskeyVerb> {
  const { auth, factors, passkeys, identities, policy } = accounts
  return {
    'passkey.challenge': async () => ({ options: await passkeys.challenge() }),
    'session.loginByPasskey': async ({ passkey }, context) => {
      const from = `passkey from ${context.address}`
      limits.check(from, context.address)
      limits.attempt(from, context.address)
      const userId = await passkeys.use(passkey)
      if (userId === undefined)
        throw new PanelError('unauthenticated', 'This passkey does not let anyone in here.', {
          hint: 'Use another one, or your password.',
        })
      limits.succeeded(from, context.address)
      return { actor: await openSession(accounts, userId, context, { strong: true }) }
    },
    'passkey.begin': async (_, context) => {
      const { userId, userName } = visitorOf(context).actor
      refuseForGroup(accounts, userId)
      return { options: await passkeys.begin(userId, userName) }
    },
    'passkey.add': async ({ name, passkey }, context) => {
      const { actor, sessionId } = visitorOf(context)
      refuseForGroup(accounts, actor.userId)
      const added = await passkeys.add(actor.userId, name, passkey)
      renewProof(accounts, sessionId, context, true)
      return added
    },
    'passkey.remove': async ({ id }, context) => {
      const { userId, role } = visitorOf(context).actor
      const isLast = passkeys.list(userId).length === 1
      if (isLast && policy.requires(role) && factors.since(userId) === null) throw mustKeepOne()
      if (isLast && identities.linkOf(userId) === null && !(await hasPassword(auth, userId)))
        throw new PanelError('conflict', 'This passkey is the only way in.', {
          hint: 'Set a password or add another passkey first.',
        })
      passkeys.remove(userId, id)
      return {}
    },
  }
}
