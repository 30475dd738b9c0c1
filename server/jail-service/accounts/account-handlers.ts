import { proofAgeLimitS } from '@/lib/capabilities.ts'
import { PanelError } from '@/lib/errors.ts'
import { askAgain } from '../ask-again.ts'
import type { HandlersOf } from '../handlers.ts'
import type { Accounts } from './accounts.ts'
import { visitorOf } from './call-visitor.ts'
import { checkPassword, hasPassword } from './check-password.ts'
import { refuseForGroup } from './refuse-for-group.ts'
import { openSession } from './open-session.ts'
import type { LoginLimits } from './login-limits.ts'
import { makeUser } from './make-user.ts'
import { renewProof } from './session-token.ts'
import { setPassword } from './set-password.ts'

type AccountVerb =
  | 'setup.status'
  | 'setup.complete'
  | 'session.login'
  | 'session.logout'
  | 'session.list'
  | 'session.end'
  | 'session.endOthers'
  | 'account.me'
  | 'account.changePassword'
  | 'account.removePassword'

/** A first password beside passkeys is asked for no less than other ways in, in seconds. */
const FIRST_PASSWORD_PROOF_S = proofAgeLimitS('account:secure') ?? 0

/** The verbs of the door: set-up, login, own sessions, own password. */
export function createAccountHandlers({
  accounts,
  limits,
}: {
  accounts: Accounts
  limits: LoginLimits
}): HandlersOf<AccountVerb> {
  const { auth, store, factors, passkeys, identities, setupToken, refuseWeakPassword } = accounts

  return {
    'setup.status': async () => ({ needed: store.isEmpty() }),
    'setup.complete': async ({ token, userName, password }, context) => {
      limits.check('', context.address)
      limits.attempt('', context.address)
      if (!store.isEmpty())
        throw new PanelError('conflict', 'Cellblock is set up already.', { hint: 'Log in instead.' })
      const taken = setupToken.take(token)
      if (taken === undefined)
        throw new PanelError('forbidden', 'This set-up link is not the right one, or no longer.', {
          hint: 'Each start of Cellblock prints a new link in its terminal. Use the latest.',
        })
      let userId: string
      try {
        userId = await makeUser(accounts, { userName, password, role: 'admin' })
      } catch (error) {
        taken.back()
        throw error
      }
      taken.done()
      limits.succeeded('', context.address)
      return { actor: await openSession(accounts, userId, context) }
    },
    'session.login': async ({ userName, password, code }, context) => {
      limits.check(userName, context.address)
      limits.attempt(userName, context.address)
      const userId = await checkPassword(auth, userName, password)
      if (userId === undefined)
        throw new PanelError('unauthenticated', 'User name or password is wrong.', {
          hint: 'Try again. An admin can give you a new password.',
        })
      const byCode = factors.since(userId) !== null
      if (byCode) {
        if (code === undefined) {
          limits.withdraw(userName, context.address)
          throw new PanelError('reauthenticate', 'Give the code of your authenticator app, too.', {
            fields: [{ path: 'code', message: '' }],
          })
        }
        if (!(await factors.take(userId, code)))
          throw new PanelError('unauthenticated', 'This code is not right.', {
            fields: [{ path: 'code', message: 'Not the right code, or one that was used already.' }],
          })
      }
      limits.succeeded(userName, context.address)
      return { actor: await openSession(accounts, userId, context, { strong: byCode }) }
    },
    'session.logout': async (_, context) => {
      const { actor, sessionId } = visitorOf(context)
      store.endSession(sessionId)
      context.setSession(null)
      accounts.changed({ userId: actor.userId, sessionIds: [sessionId] })
      return {}
    },
    'session.list': async (_, context) => {
      const { actor, sessionId } = visitorOf(context)
      return { sessions: store.sessions(actor.userId, sessionId) }
    },
    'session.end': async ({ id }, context) => {
      const { actor, sessionId } = visitorOf(context)
      if (!store.sessions(actor.userId, null).some((session) => session.id === id))
        throw new PanelError('not_found', 'This session has ended already.')
      store.endSession(id)
      if (id === sessionId) context.setSession(null)
      accounts.changed({ userId: actor.userId, sessionIds: [id] })
      return {}
    },
    'session.endOthers': async (_, context) => {
      const { actor, sessionId } = visitorOf(context)
      accounts.changed({ userId: actor.userId, sessionIds: store.endOthers(actor.userId, sessionId) })
      return {}
    },
    'account.me': async (_, context) => ({ actor: visitorOf(context).actor }),
    'account.changePassword': async ({ current, next }, context) => {
      const { actor, sessionId } = visitorOf(context)
      if (!(await hasPassword(auth, actor.userId))) {
        refuseForGroup(accounts, actor.userId)
        if (store.proofAgeS(sessionId) > FIRST_PASSWORD_PROOF_S) throw askAgain()
        refuseWeakPassword(next, actor.userName, 'next')
        await setPassword(auth, actor.userId, next)
        return {}
      }
      limits.check(actor.userName, context.address)
      limits.attempt(actor.userName, context.address)
      if ((await checkPassword(auth, actor.userName, current)) !== actor.userId)
        throw new PanelError('invalid_input', 'The present password is not the right one.', {
          fields: [{ path: 'current', message: 'This is not your present password.' }],
        })
      limits.succeeded(actor.userName, context.address)
      refuseWeakPassword(next, actor.userName, 'next')
      await setPassword(auth, actor.userId, next)
      renewProof(accounts, sessionId, context)
      // Whoever may have known the old one is out.
      accounts.changed({ userId: actor.userId, sessionIds: store.endOthers(actor.userId, sessionId) })
      return {}
    },
    'account.removePassword': async (_, context) => {
      const { actor, sessionId } = visitorOf(context)
      if (passkeys.list(actor.userId).length === 0 && identities.linkOf(actor.userId) === null)
        throw new PanelError('conflict', 'Your password is the only way in.', { hint: 'Add a passkey first.' })
      store.removePassword(actor.userId)
      accounts.changed({ userId: actor.userId, sessionIds: store.endOthers(actor.userId, sessionId) })
      return {}
    },
  }
}
