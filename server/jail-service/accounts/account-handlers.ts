import type { Actor } from '@/lib/account.ts'
import { SESSION_COOKIE } from '@/lib/contract/wire.ts'
import { PanelError } from '@/lib/errors.ts'
import type { CallContext, HandlersOf } from '../handlers.ts'
import type { Accounts } from './accounts.ts'
import { visitHeaders } from './session-cookie.ts'
import type { LoginLimits } from './login-limits.ts'
import { hashPassword, verifyPassword } from './password-hash.ts'
import { makeUser } from './make-user.ts'

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

/** The verbs of the door: set-up, login, own sessions, own password. */
export function createAccountHandlers({
  accounts,
  limits,
}: {
  accounts: Accounts
  limits: LoginLimits
}): HandlersOf<AccountVerb> {
  const { auth, store, setupToken } = accounts

  /** Opens a session and gives its cookie; undefined when name or password is wrong. */
  async function signIn(userName: string, password: string, context: CallContext): Promise<Actor | undefined> {
    const signedIn = await auth.api
      .signInUsername({
        body: { username: userName, password },
        headers: visitHeaders(context.address, context.userAgent),
        returnHeaders: true,
      })
      .catch((error: unknown) => {
        if (isRefusal(error)) return undefined
        throw error
      })
    if (signedIn === undefined || signedIn.response === null) return undefined
    const { id } = signedIn.response.user
    const actor = store.actor(id)
    if (actor === undefined) return undefined
    store.noteLogin(id)
    const ended = store.tidySessions(id)
    if (ended.length > 0) accounts.changed({ userId: id, sessionIds: ended })
    context.setSession(tokenOf(signedIn.headers))
    return actor
  }

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
      try {
        await makeUser(auth, { userName, password, role: 'admin' })
      } catch (error) {
        taken.back()
        throw error
      }
      taken.done()
      limits.succeeded('', context.address)
      const actor = await signIn(userName, password, context)
      if (actor === undefined) throw new Error('the account that was just made cannot log in')
      return { actor }
    },
    'session.login': async ({ userName, password }, context) => {
      limits.check(userName, context.address)
      limits.attempt(userName, context.address)
      const actor = await signIn(userName, password, context)
      if (actor === undefined)
        throw new PanelError('unauthenticated', 'User name or password is wrong.', {
          hint: 'Try again. An admin can give you a new password.',
        })
      limits.succeeded(userName, context.address)
      return { actor }
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
      limits.check(actor.userName, context.address)
      limits.attempt(actor.userName, context.address)
      const { internalAdapter } = await auth.$context
      const account = await internalAdapter.findCredentialAccount(actor.userId)
      if (account?.password == null || !(await verifyPassword({ hash: account.password, password: current })))
        throw new PanelError('invalid_input', 'The present password is not the right one.', {
          fields: [{ path: 'current', message: 'This is not your present password.' }],
        })
      limits.succeeded(actor.userName, context.address)
      await internalAdapter.updatePassword(actor.userId, await hashPassword(next))
      // Whoever may have known the old one is out.
      accounts.changed({ userId: actor.userId, sessionIds: store.endOthers(actor.userId, sessionId) })
      return {}
    },
  }
}

function visitorOf({ actor, sessionId }: CallContext): { actor: Actor; sessionId: string } {
  if (actor === null || sessionId === null) throw new PanelError('unauthenticated', 'Log in first.')
  return { actor, sessionId }
}

/** Whether the library said no, rather than broke (its APIError has an HTTP status). */
const isRefusal = (error: unknown): boolean =>
  error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' && error.statusCode < 500

/** The signed token out of the cookie that the library would set. */
function tokenOf(headers: Headers): string {
  for (const cookie of headers.getSetCookie()) {
    const [pair = ''] = cookie.split(';')
    if (pair.startsWith(`${SESSION_COOKIE}=`)) return pair.slice(SESSION_COOKIE.length + 1)
  }
  throw new Error('the library gave no session cookie')
}
