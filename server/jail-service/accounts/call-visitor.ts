import type { Actor } from '@/lib/account.ts'
import { PanelError } from '@/lib/errors.ts'
import type { CallContext } from '../handlers.ts'

/** Who calls, with the session; throws `unauthenticated` where anyone may call and nobody is logged in. */
export function visitorOf({ actor, sessionId }: CallContext): { actor: Actor; sessionId: string } {
  if (actor === null || sessionId === null) throw new PanelError('unauthenticated', 'Log in first.')
  return { actor, sessionId }
}
