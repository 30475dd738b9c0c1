import { z } from 'zod'
import { JailId } from '../jail.ts'
import { change, read } from './verb.ts'

export const ConsoleInfo = z.object({
  id: z.uuid(),
  jailId: JailId,
  tag: z.string(),
  owner: z.string(),
  startedAt: z.string(),
  /** How many pages look at it now. */
  viewers: z.number().int(),
  /** What runs, for the foot line: the true command. */
  argv: z.array(z.string()),
  /** null while it runs. */
  ended: z.object({ at: z.string(), exitCode: z.number().int().nullable(), reason: z.string() }).nullable(),
})
export type ConsoleInfo = z.infer<typeof ConsoleInfo>

export const consoleVerbs = {
  'console.list': read('jail:console', z.strictObject({}), z.object({ consoles: z.array(ConsoleInfo) })),
  /**
   * A ticket for one WebSocket, used once within 30 s. With `consoleId` the socket attaches to that console of the same
   * user; without it to the user's latest living console in the jail, or, if there is none or `fresh` is set, to a new one.
   */
  'console.ticket': change(
    'jail:console',
    z.strictObject({ id: JailId, consoleId: z.uuid().optional(), fresh: z.boolean().default(false) }),
    z.object({ ticket: z.string() }),
    ({ id }) => ({ target: id, text: `open a console in ${id}` }),
    'openConsole',
  ),
  'console.close': change('jail:console', z.strictObject({ consoleId: z.uuid() }), z.object({}), ({ consoleId }) => ({
    target: consoleId,
    text: 'close a console',
  })),
}
