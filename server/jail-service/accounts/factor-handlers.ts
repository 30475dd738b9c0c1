import { PanelError } from '@/lib/errors.ts'
import type { HandlersOf } from '../handlers.ts'
import type { Accounts } from './accounts.ts'
import { visitorOf } from './call-visitor.ts'
import { checkPassword, hasPassword } from './check-password.ts'
import type { LoginLimits } from './login-limits.ts'
import { mustKeepOne } from './must-keep-one.ts'
import { oidcConfirms } from './oidc-confirms.ts'
import { renewProof } from './session-token.ts'

type FactorVerb =
  | 'account.factors'
  | 'session.confirm'
  | 'totp.begin'
  | 'totp.enable'
  | 'totp.disable'
  | 'totp.newRecoveryCodes'

/** The verbs with which one proves who one is, and says how. */
export function createFactorHandlers({
  accounts,
  limits,
}: {
  accounts: Accounts
  limits: LoginLimits
}): HandlersOf<FactorVerb> {
  const { auth, store, factors, passkeys, oidc, identities, policy } = accounts
  return {
    'account.factors': async (_, context) => {
      const { userId, role } = visitorOf(context).actor
      const totpSince = factors.since(userId)
      const link = identities.linkOf(userId)
      return {
        password: await hasPassword(auth, userId),
        totpSince,
        secondFactorRequired: policy.requires(role),
        oidc: { provider: oidc?.config.name ?? null, link, confirms: link !== null && oidcConfirms(accounts, userId) },
        recoveryCodesLeft: factors.recoveryCodesLeft(userId),
        passkeys: passkeys.list(userId),
        passkeysRefusal:
          link?.byGroup === true
            ? `You come in by a group at ${oidc?.config.name} only. An admin can change that.`
            : passkeys.refusal,
      }
    },
    'session.confirm': async ({ password, code, passkey }, context) => {
      const { actor, sessionId } = visitorOf(context)
      limits.check(actor.userName, context.address)
      limits.attempt(actor.userName, context.address)
      if (passkey !== undefined) {
        if ((await passkeys.use(passkey)) !== actor.userId)
          throw new PanelError('invalid_input', 'This passkey is not one of yours.', { hint: 'Use another one.' })
        limits.succeeded(actor.userName, context.address)
        renewProof(accounts, sessionId, context, true)
        return {}
      }
      // A password alone is no proof for who has more: it may be the browser that knows it.
      const asked = factors.since(actor.userId) === null ? 'password' : 'code'
      const right =
        asked === 'code'
          ? code !== undefined && (await factors.take(actor.userId, code))
          : password !== undefined && (await checkPassword(auth, actor.userName, password)) === actor.userId
      if (!right)
        throw new PanelError(
          'invalid_input',
          asked === 'code' ? 'This code is not right.' : 'This password is not right.',
          {
            fields: [
              asked === 'code'
                ? { path: 'code', message: 'Not the right code, or one that was used already.' }
                : { path: 'password', message: 'This is not your password.' },
            ],
          },
        )
      limits.succeeded(actor.userName, context.address)
      renewProof(accounts, sessionId, context, asked === 'code')
      return {}
    },
    'totp.begin': async (_, context) => {
      const { userId, userName } = visitorOf(context).actor
      return factors.begin(userId, userName)
    },
    'totp.enable': async ({ code }, context) => {
      const { actor, sessionId } = visitorOf(context)
      const recoveryCodes = await factors.enable(actor.userId, code)
      renewProof(accounts, sessionId, context, true)
      // Whoever came in by the password alone is out.
      accounts.changed({ userId: actor.userId, sessionIds: store.endOthers(actor.userId, sessionId) })
      return { recoveryCodes }
    },
    'totp.disable': async (_, context) => {
      const { userId, role } = visitorOf(context).actor
      if (policy.requires(role) && passkeys.list(userId).length === 0) throw mustKeepOne()
      factors.remove(userId)
      return {}
    },
    'totp.newRecoveryCodes': async (_, context) => ({
      recoveryCodes: factors.renewRecoveryCodes(visitorOf(context).actor.userId),
    }),
  }
}
