import { z } from 'zod'

/**
 * The console's WebSocket (see docs/console-protocol.md).
 *
 * Binary frames are terminal bytes, both ways, without any header. Text frames are JSON control messages below.
 * The first frame from the client is `hello` with a ticket. The server sends `ready`, then bytes. `offset` counts
 * output bytes of the console from its start: the client acknowledges what its terminal has *rendered*, and the
 * server pauses the pty while more than HIGH_WATER_BYTES of a viewer's bytes are not acknowledged.
 */
export const HIGH_WATER_BYTES = 256 * 1024
/** The pty goes on when no more than this is outstanding. */
export const LOW_WATER_BYTES = 64 * 1024
/** The client acknowledges at least each so many rendered bytes. */
export const ACK_EVERY_BYTES = 32 * 1024
/** Largest frame from a client, in bytes; a paste is cut into pieces by the client. */
export const CLIENT_FRAME_MAX_BYTES = 64 * 1024
export const COLS_MAX = 500
export const ROWS_MAX = 200

const Size = { cols: z.int().min(2).max(COLS_MAX), rows: z.int().min(1).max(ROWS_MAX) }

export const ClientMessage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('hello'),
    ticket: z.string().max(200),
    ...Size,
    /** Bytes of this console that the client has already rendered; absent: it wants the whole screen. */
    offset: z.int().min(0).optional(),
  }),
  z.strictObject({ type: z.literal('resize'), ...Size }),
  z.strictObject({ type: z.literal('ack'), offset: z.int().min(0) }),
])
export type ClientMessage = z.infer<typeof ClientMessage>

export const ServerMessage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('ready'),
    consoleId: z.uuid(),
    tag: z.string(),
    argv: z.array(z.string()),
    /** Offset of the first byte that follows. */
    offset: z.int(),
    /** The bytes that follow draw the whole screen anew: the client resets its terminal first. */
    redraw: z.boolean(),
  }),
  z.strictObject({ type: z.literal('exit'), exitCode: z.int().nullable(), reason: z.string(), at: z.string() }),
  z.strictObject({ type: z.literal('error'), code: z.string(), message: z.string() }),
])
export type ServerMessage = z.infer<typeof ServerMessage>

/** WebSocket close code for a message that breaks this protocol (RFC 6455, 7.4.1: policy violation). */
export const WS_POLICY_VIOLATION = 1008
