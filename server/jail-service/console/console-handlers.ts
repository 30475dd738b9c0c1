import type { Actor } from '@/lib/account.ts'
import { jailRefusal } from '@/lib/capabilities.ts'
import { PanelError } from '@/lib/errors.ts'
import type { Jail } from '@/lib/jail.ts'
import type { JailUser } from '@/lib/jail-user.ts'
import type { CallContext, HandlersOf } from '../handlers.ts'
import type { Recordings } from '../recordings/recordings.ts'
import type { ConsoleRegistry } from './console-registry.ts'
import type { ConsoleTickets } from './tickets.ts'

interface ConsoleHandlerDeps {
  consoles: ConsoleRegistry
  tickets: ConsoleTickets
  recordings: Pick<Recordings, 'mustHaveReason'>
  findJail: (id: string) => Jail | undefined
  usersOf: (jail: Jail) => Promise<JailUser[]>
}

export type ConsoleVerb = 'console.list' | 'console.users' | 'console.ticket' | 'console.close'

/** The verbs about consoles; the right was checked before. */
export function createConsoleHandlers({
  consoles,
  tickets,
  recordings,
  findJail,
  usersOf,
}: ConsoleHandlerDeps): HandlersOf<ConsoleVerb> {
  const jailOf = (id: string): Jail => {
    const jail = findJail(id)
    if (jail === undefined) throw new PanelError('not_found', 'This jail is gone.')
    return jail
  }
  return {
    'console.list': async (_, context) => ({ consoles: consoles.list(visitorOf(context).actor) }),
    'console.users': async ({ id }) => ({ users: await usersOf(jailOf(id)) }),
    'console.ticket': async ({ id, consoleId, fresh, mode, user, command, reason = '' }, context) => {
      const { actor, sessionId } = visitorOf(context)
      if (consoleId !== undefined) {
        // One that ended can be read for a while, also when its jail is down or gone.
        if (consoles.joinable(actor, consoleId).jailId !== id)
          throw new PanelError('not_found', 'This console is gone.')
      } else if (fresh || consoles.latest(actor, id, { user, command }) === undefined) {
        const refusal = jailRefusal('openConsole', jailOf(id))
        if (refusal !== undefined) throw new PanelError('conflict', refusal)
        recordings.mustHaveReason({ jailId: id, actor, reason })
      }
      const choice = { user, command }
      return {
        ticket: tickets.issue({ sessionId, userId: actor.userId, jailId: id, consoleId, fresh, mode, choice, reason }),
      }
    },
    'console.close': async ({ consoleId }, context) => {
      const { actor } = visitorOf(context)
      consoles.close(consoles.joinable(actor, consoleId), `Closed by ${actor.userName}.`)
      return {}
    },
  }
}

function visitorOf({ actor, sessionId }: CallContext): { actor: Actor; sessionId: string } {
  if (actor === null || sessionId === null) throw new PanelError('unauthenticated', 'A console needs a session.')
  return { actor, sessionId }
}
