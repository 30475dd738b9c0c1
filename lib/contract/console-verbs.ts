import { z } from 'zod'
import { ViewMode } from '../console-protocol.ts'
import { JailId } from '../jail.ts'
import { FILE_MAX_BYTES, JailPath } from '../jail-files.ts'
import { ConsoleCommand, JailUser, JailUserName } from '../jail-user.ts'
import { Recording, RecordingPolicy, VisitReason } from '../recording.ts'
import { change, read } from './verb.ts'

export const ConsoleInfo = z.object({
  id: z.uuid(),
  jailId: JailId,
  tag: z.string(),
  owner: z.string(),
  /** Whether it belongs to who asks; others' can be joined. */
  mine: z.boolean(),
  startedAt: z.string(),
  /** How many pages look at it now. */
  viewers: z.number().int(),
  /** What runs, for the foot line: the true command. */
  argv: z.array(z.string()),
  /** User of the jail whose shell it is, */
  user: z.string(),
  /** … or the command that was asked for; null for a login shell. */
  command: z.string().nullable(),
  recorded: z.boolean(),
  /** null while it runs. */
  ended: z.object({ at: z.string(), exitCode: z.number().int().nullable(), reason: z.string() }).nullable(),
})
export type ConsoleInfo = z.infer<typeof ConsoleInfo>

const Ticket = z.object({ ticket: z.string() })

export const consoleVerbs = {
  /** The caller's consoles, and those of others that they may join; latest first. */
  'console.list': read('jail:console', z.strictObject({}), z.object({ consoles: z.array(ConsoleInfo) })),
  /** Users of a running jail, from its own passwd. */
  'console.users': {
    ...read('jail:console', z.strictObject({ id: JailId }), z.object({ users: z.array(JailUser) })),
    jailMust: 'openConsole',
  } as const,
  /**
   * A ticket for one WebSocket, used once within 30 s. With `consoleId` the socket attaches to that console, the
   * caller's or another's; without it to the caller's latest living console in the jail, or, if there is none or `fresh`
   * is set, to a new one: as `user`, with `command` in place of the login shell. A new one without a `reason` where the
   * policy wants one is refused with the field `reason`. The jail must be up for a new one only.
   */
  'console.ticket': change(
    'jail:console',
    z.strictObject({
      id: JailId,
      consoleId: z.uuid().optional(),
      fresh: z.boolean().default(false),
      mode: ViewMode.default('input'),
      user: JailUserName.optional(),
      command: ConsoleCommand.optional(),
      reason: VisitReason.optional(),
    }),
    Ticket,
    ({ id, mode, user, command }) => ({
      target: id,
      text: [
        mode === 'watch' ? `watch a console in ${id}` : `open a console in ${id}`,
        user === undefined ? '' : ` as ${user}`,
        command === undefined ? '' : ` with ${command}`,
      ].join(''),
    }),
  ),
  'console.close': change('jail:console', z.strictObject({ consoleId: z.uuid() }), z.object({}), ({ consoleId }) => ({
    target: consoleId,
    text: 'close a console',
  })),
  /** Recordings, latest first; `search` looks at tag, user and reason. Times are ISO 8601, `to` is not included. */
  'recording.list': read(
    'recording:read',
    z.strictObject({
      search: z.string().max(200).optional(),
      jailId: JailId.optional(),
      userName: z.string().max(64).optional(),
      from: z.iso.datetime({ offset: true }).optional(),
      to: z.iso.datetime({ offset: true }).optional(),
      /** Id of the last one of the page before. */
      before: z.uuid().optional(),
      limit: z.int().min(1).max(200).default(50),
    }),
    z.object({ recordings: z.array(Recording), more: z.boolean(), totalBytes: z.number().int() }),
  ),
  /** A ticket to fetch one recording's file (`streamPath`), used once within 30 s. */
  'recording.open': change(
    'recording:read',
    z.strictObject({ id: z.uuid(), use: z.enum(['play', 'download']) }),
    Ticket,
    ({ id, use }) => ({ target: id, text: `${use} the recording ${id}` }),
  ),
  'recording.policy': read('recording:read', z.strictObject({}), RecordingPolicy),
  'recording.setPolicy': change('recording:manage', RecordingPolicy, RecordingPolicy, (policy) => ({
    target: 'recordings',
    text: `set the recording policy: ${JSON.stringify(policy)}`.slice(0, 2_000),
  })),
  /**
   * A ticket to send a file into a running jail (`streamPath`), in pieces; it is put in its place when all of it came. A
   * file that is there already is replaced only with `overwrite`.
   */
  'file.upload': change(
    'jail:files',
    z.strictObject({
      id: JailId,
      path: JailPath,
      bytes: z.int().min(0).max(FILE_MAX_BYTES, 'Files of up to 8 GiB can be sent.'),
      user: JailUserName.default('root'),
      overwrite: z.boolean().default(false),
    }),
    Ticket,
    ({ id, path, bytes, user }) => ({ target: id, text: `send ${path} (${bytes} bytes) into ${id} as ${user}` }),
    'openConsole',
  ),
  /** A ticket to fetch a file of a running jail (`streamPath`), and its size. */
  'file.download': change(
    'jail:files',
    z.strictObject({ id: JailId, path: JailPath, user: JailUserName.default('root') }),
    Ticket.extend({ name: z.string(), bytes: z.number().int() }),
    ({ id, path, user }) => ({ target: id, text: `fetch ${path} from ${id} as ${user}` }),
    'openConsole',
  ),
}
