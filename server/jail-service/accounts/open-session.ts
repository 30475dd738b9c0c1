import type { Actor } from '@/lib/account.ts'
import type { CallContext } from '../handlers.ts'
import type { Accounts } from './accounts.ts'
import { newSessionToken } from './session-token.ts'

/** Opens a session for a user who proved who it is, `strong`: with a second factor, too; gives its cookie. */
export async function openSession(
  { auth, store, changed, withStep }: Pick<Accounts, 'auth' | 'store' | 'changed' | 'withStep'>,
  userId: string,
  context: Pick<CallContext, 'address' | 'userAgent' | 'setSession'>,
  { strong = false } = {},
): Promise<Actor> {
  const actor = store.actor(userId)
  if (actor === undefined) throw new Error('a user who just proved who it is is gone')
  const { internalAdapter } = await auth.$context
  const given = { token: newSessionToken(), ipAddress: context.address, userAgent: context.userAgent }
  // `true`: what is given here counts.
  const { id, token } = await internalAdapter.createSession(userId, false, given, true)
  store.noteLogin(userId)
  store.noteProof(id, strong)
  const ended = store.tidySessions(userId)
  if (ended.length > 0) changed({ userId, sessionIds: ended })
  context.setSession(token)
  return withStep(actor, { userId, strong })
}
