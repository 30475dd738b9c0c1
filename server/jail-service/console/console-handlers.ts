import type { Actor } from '@/lib/account.ts'
import { PanelError } from '@/lib/errors.ts'
import type { CallContext, HandlersOf } from '../handlers.ts'
import type { ConsoleRegistry } from './console-registry.ts'
import type { ConsoleTickets } from './tickets.ts'

/** The verbs about consoles; right and state of the jail were checked before. */
export function createConsoleHandlers({
  consoles,
  tickets,
}: {
  consoles: ConsoleRegistry
  tickets: ConsoleTickets
}): HandlersOf<'console.list' | 'console.ticket' | 'console.close'> {
  return {
    'console.list': async (_, context) => ({ consoles: consoles.list(visitorOf(context).actor) }),
    'console.ticket': async ({ id, consoleId, fresh }, context) => {
      const { actor, sessionId } = visitorOf(context)
      if (consoleId !== undefined && consoles.own(actor, consoleId).jailId !== id)
        throw new PanelError('not_found', 'This console is gone.')
      return { ticket: tickets.issue({ sessionId, userId: actor.userId, jailId: id, consoleId, fresh }) }
    },
    'console.close': async ({ consoleId }, context) => {
      const { actor } = visitorOf(context)
      consoles.close(consoles.own(actor, consoleId), `Closed by ${actor.userName}.`)
      return {}
    },
  }
}

function visitorOf({ actor, sessionId }: CallContext): { actor: Actor; sessionId: string } {
  if (actor === null || sessionId === null) throw new PanelError('unauthenticated', 'A console needs a session.')
  return { actor, sessionId }
}
