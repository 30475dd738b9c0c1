import { z } from 'zod'

/**
 * The console's WebSocket (docs/console-protocol.md tells how to write a client).
 *
 * Binary frames are terminal bytes, both ways, without any header. Text frames are the JSON control messages below.
 * Output is counted in bytes from the console's start (`offset`), input in bytes from the viewer's first (`inputOffset`):
 * both sides say how far they are, so a connection that broke goes on where it ended, over any transport.
 */

/** A viewer is sent this much ahead of what its terminal has rendered, in bytes, */
export const HIGH_WATER_BYTES = 192 * 1024
/** … and, when it renders fast, what it renders in this time more, in milliseconds: short enough for Ctrl-C. */
export const AHEAD_MS = 12
/** … but never more than this, in bytes. */
export const AHEAD_MAX_BYTES = 1024 * 1024
/** The pty is paused while every viewer is that far behind, and goes on when some viewer has this part of it left. */
export const RESUME_PART = 0.8
/** A client acknowledges when this much was rendered since its last acknowledgement, */
export const ACK_EVERY_BYTES = 64 * 1024
/** … or when this long passed since then, in milliseconds, whichever comes first. */
export const ACK_AFTER_MS = 20
/** Largest frame from a client, in bytes; a paste is cut into pieces by the client. */
export const CLIENT_FRAME_MAX_BYTES = 64 * 1024
/** The client keeps input until the service says that it has it; beyond this much it takes no more, in bytes. */
export const INPUT_KEPT_MAX_BYTES = 1024 * 1024
/** Frames a second that a client may send for long; twice as many in a burst. */
export const CLIENT_FRAMES_PER_S = 400
export const COLS_MAX = 500
export const ROWS_MAX = 200

const Size = { cols: z.int().min(2).max(COLS_MAX), rows: z.int().min(1).max(ROWS_MAX) }
const Offset = z.int().min(0)

export const ClientMessage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('hello'),
    ticket: z.string().max(200),
    /** Made by the client, the same at every reconnect of one page: it ties input counts together. */
    viewer: z.uuid(),
    /** What the client's pane can show. */
    ...Size,
    /** Output bytes that the client's terminal was given; absent: it has nothing and wants the whole screen. */
    offset: Offset.optional(),
  }),
  /** The client's pane changed. The console's own size follows the smallest viewer; see `size`. */
  z.strictObject({ type: z.literal('resize'), ...Size }),
  /** Everything before this offset is rendered, not merely received. */
  z.strictObject({ type: z.literal('ack'), offset: Offset }),
  /** The console takes its size from this viewer alone (`on`), or again from the smallest; viewers with input only. */
  z.strictObject({ type: z.literal('drive'), on: z.boolean() }),
])
export type ClientMessage = z.infer<typeof ClientMessage>

/** Whether a viewer may type, or only looks on. */
export const ViewMode = z.enum(['input', 'watch'])
export type ViewMode = z.infer<typeof ViewMode>

/** One connection that looks at a console. */
export const ViewerInfo = z.object({
  user: z.string(),
  mode: ViewMode,
  /** The console's size is that of this viewer's pane alone. */
  driver: z.boolean(),
  /** It is the viewer that is told. */
  you: z.boolean(),
})
export type ViewerInfo = z.infer<typeof ViewerInfo>

export const ServerMessage = z.discriminatedUnion('type', [
  /** Answer to `hello`. `resumed`: bytes follow from the offset the client named; otherwise `screen` follows. */
  z.object({
    type: z.literal('ready'),
    consoleId: z.uuid(),
    tag: z.string(),
    /** What runs, for the foot line. */
    argv: z.array(z.string()),
    startedAt: z.string(),
    resumed: z.boolean(),
    /** Bytes of this viewer's input that arrived, over all its connections: the client sends on from there. */
    inputOffset: Offset,
    /** What the ticket allows; bytes from one who only watches end the connection. */
    mode: ViewMode,
    /** Whose console it is. */
    owner: z.string(),
    ...Size,
  }),
  /**
   * A drawing of the whole screen: the client resets its terminal, makes it `cols` × `rows`, and writes the next `bytes`
   * bytes, which are no part of the output's count. Then output goes on at `offset`. Comes after `ready`, and whenever
   * a viewer fell too far behind.
   */
  z.object({ type: z.literal('screen'), offset: Offset, bytes: z.int().min(0), ...Size }),
  /** From here on the output is made for this size: the client's terminal takes it. */
  z.object({ type: z.literal('size'), ...Size }),
  /** The service has this many bytes of the viewer's input. */
  z.object({ type: z.literal('input'), offset: Offset }),
  /** Who looks, one entry a connection; comes when it changes. */
  z.object({ type: z.literal('viewers'), viewers: z.array(ViewerInfo) }),
  /**
   * Whether what is shown is being recorded; comes after `ready` and when it changes. `stopped`: it was, and ended
   * before the console did, for the reason in `message`.
   */
  z.object({ type: z.literal('recording'), state: z.enum(['on', 'off', 'stopped']), message: z.string() }),
  /** The console ended; its last output came before. */
  z.object({
    type: z.literal('exit'),
    exitCode: z.int().nullable(),
    /** What ended it, in one sentence. */
    reason: z.string(),
    at: z.string(),
  }),
  /**
   * The connection ends after this, for the reason given. `code` is one of lib/errors.ts, or `idle`: the view was not
   * used for long, the console lives on.
   */
  z.object({ type: z.literal('error'), code: z.string(), message: z.string() }),
])
export type ServerMessage = z.infer<typeof ServerMessage>

/** WebSocket close code for a message that breaks this protocol (RFC 6455, 7.4.1: policy violation). */
export const WS_POLICY_VIOLATION = 1008
/** WebSocket close code after `exit` or `error`: everything was said (RFC 6455, 7.4.1: normal). */
export const WS_DONE = 1000
/** WebSocket close code when the service stops (RFC 6455, 7.4.1: going away): come back in a moment. */
export const WS_GOING_AWAY = 1001

/** The message in a text frame; undefined when it is none that the schema knows. */
export function parseFrame<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const parsed = schema.safeParse(value)
  return parsed.success ? parsed.data : undefined
}
