import type { Actor } from '@/lib/account.ts'
import type { VerbOutput, VerbParsedInput } from '@/lib/contract/verbs.ts'
import { PanelError } from '@/lib/errors.ts'
import type { ConsoleRegistry } from './console-registry.ts'
import type { ConsoleTickets } from './tickets.ts'

/** What the console's verbs need of a call. */
export interface ConsoleCallContext {
  actor: Actor | null
  sessionId: string | null
}

type ConsoleVerb = 'console.list' | 'console.ticket' | 'console.close'
export type ConsoleHandlers = {
  [Name in ConsoleVerb]: (input: VerbParsedInput<Name>, context: ConsoleCallContext) => Promise<VerbOutput<Name>>
}

/** The verbs about consoles; right and state of the jail were checked before. */
export function createConsoleHandlers({
  consoles,
  tickets,
}: {
  consoles: ConsoleRegistry
  tickets: ConsoleTickets
}): ConsoleHandlers {
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

function visitorOf({ actor, sessionId }: ConsoleCallContext): { actor: Actor; sessionId: string } {
  if (actor === null || sessionId === null) throw new PanelError('unauthenticated', 'A console needs a session.')
  return { actor, sessionId }
}
