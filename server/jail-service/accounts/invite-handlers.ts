import type { LinkAsks } from '@/lib/account.ts'
import type { VerbParsedInput } from '@/lib/contract/verbs.ts'
import { PanelError } from '@/lib/errors.ts'
import type { CallContext, HandlersOf } from '../handlers.ts'
import type { Accounts } from './accounts.ts'
import type { LoginLimits } from './login-limits.ts'
import { openSession } from './open-session.ts'
import { setPassword } from './set-password.ts'

/** The refusal of a link that is nobody's (any more). */
export const inviteGone = (): PanelError =>
  new PanelError('not_found', 'This link was used, replaced by a newer one, or is too old.', {
    hint: 'An admin can give you another.',
  })

/**
 * What a user's link wants beside a new password: a second factor that a reset has left is not passed by. Throws `conflict`
 * where the provider is that factor: it lets in by itself.
 */
export function linkAsks(
  { factors, passkeys, oidc, hasSecondFactor }: Pick<Accounts, 'factors' | 'passkeys' | 'oidc' | 'hasSecondFactor'>,
  userId: string,
): LinkAsks {
  const asks = { code: factors.since(userId) !== null, passkey: passkeys.list(userId).length > 0 }
  if (asks.code || asks.passkey || !hasSecondFactor(userId)) return asks
  const name = oidc?.config.name ?? 'the OpenID Connect provider'
  throw new PanelError('conflict', `You come in by your account at ${name}.`, {
    hint: 'Log in there. If you have lost that account, an admin can end it here.',
  })
}

/** The verbs of who comes with a link to set a password. */
export function createInviteHandlers({
  accounts,
  limits,
}: {
  accounts: Accounts
  limits: LoginLimits
}): HandlersOf<'invite.status' | 'invite.accept'> {
  const { auth, store, invites, factors, passkeys, refuseWeakPassword } = accounts

  /** Whether a second factor was shown; throws where one must be and was not. */
  async function showsSecondFactor(
    userId: string,
    { code, passkey }: Pick<VerbParsedInput<'invite.accept'>, 'code' | 'passkey'>,
    { address }: CallContext,
  ): Promise<boolean> {
    const asks = linkAsks(accounts, userId)
    if (!asks.code && !asks.passkey) return false
    if (code === undefined && passkey === undefined)
      throw new PanelError('reauthenticate', 'This link asks for your second factor, too.', {
        hint: 'An admin can end it, if you have lost it.',
        fields: [{ path: 'code', message: '' }],
      })
    const { userName } = store.find(userId)
    limits.check(userName, address)
    limits.attempt(userName, address)
    if (passkey !== undefined && (await passkeys.use(passkey)) !== userId)
      throw new PanelError('invalid_input', 'This passkey is not one of yours.', { hint: 'Use another one.' })
    if (passkey === undefined && !(await factors.take(userId, code ?? '')))
      throw new PanelError('invalid_input', 'This code is not right.', {
        fields: [{ path: 'code', message: 'Not the right code, or one that was used already.' }],
      })
    limits.succeeded(userName, address)
    return true
  }

  return {
    'invite.status': async ({ token }, { address }) => {
      limits.check(`link ${address}`, address)
      const userId = invites.userOf(token)
      if (userId !== undefined) return { userName: store.find(userId).userName, asks: linkAsks(accounts, userId) }
      limits.attempt(`link ${address}`, address)
      throw inviteGone()
    },
    'invite.accept': async ({ token, password, ...shown }, context) => {
      limits.check(`link ${context.address}`, context.address)
      const invited = invites.userOf(token)
      if (invited === undefined) {
        limits.attempt(`link ${context.address}`, context.address)
        throw inviteGone()
      }
      refuseWeakPassword(password, store.find(invited).userName)
      const strong = await showsSecondFactor(invited, shown, context)
      // Looked at again: of two at the same moment one comes in.
      const userId = invites.take(token)
      if (userId === undefined) throw inviteGone()
      await setPassword(auth, userId, password)
      return { actor: await openSession(accounts, userId, context, { strong }) }
    },
  }
}
