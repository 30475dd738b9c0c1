import { z } from 'zod'
import { WireError } from '../errors.ts'

/**
 * How a verb travels: `POST /call/VERB` on the service's Unix socket with this body and the visitor's cookie; the
 * answer is a Result, with the HTTP status of `statusOf`. Limits: security.md, section 3.
 */
export const CallBody = z.strictObject({
  input: z.unknown(),
  /** Made by the caller for every change: sent twice, done once. It becomes the job's id. */
  changeId: z.uuid().optional(),
})
export type CallBody = z.infer<typeof CallBody>

/** Path of a verb on the socket. */
export const callPath = (verb: string): string => `/call/${verb}`
/** Path of the event stream (text/event-stream) on the socket. */
export const EVENTS_PATH = '/events'
/** Path of the console's WebSocket on the socket. */
export const CONSOLE_PATH = '/ws/console'

/** Path of the console over plain requests, for networks that let no WebSocket through (lib/console-stream.ts). */
export const CONSOLE_STREAM_PATH = '/console'

/** Path of a file on its way, by its ticket: GET fetches it, PUT sends it in pieces (`?offset=N`). */
export const streamPath = (ticket: string): string => `/stream/${ticket}`
/** Largest piece of a file that is sent, in bytes: small enough to pass on a slow line before a request times out. */
export const STREAM_PIECE_MAX_BYTES = 1024 * 1024

/** Largest body of a call, in bytes. */
export const CALL_BODY_MAX_BYTES = 64 * 1024

/** Name of the session's cookie. `__Host-`: Secure, Path=/, no Domain (RFC 6265bis). */
export const SESSION_COOKIE = '__Host-cellblock'
/** Name of the cookie by which a login at the OpenID Connect provider is known to be this browser's. */
export const OIDC_COOKIE = '__Host-cellblock-oidc'
/** The visitor's address, set by the panel; whatever a browser sends under this name is dropped. */
export const CLIENT_ADDRESS_HEADER = 'x-cellblock-address'

/** The Result of a call as it stands on the wire; `value` is checked against the verb's own schema. */
export const CallAnswer = z.union([
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: WireError }),
])

const statuses: Record<WireError['code'], number> = {
  unauthenticated: 401,
  reauthenticate: 401,
  forbidden: 403,
  invalid_input: 400,
  not_found: 404,
  conflict: 409,
  busy: 409,
  rate_limited: 429,
  command_failed: 500,
  timeout: 504,
  unavailable: 503,
  internal: 500,
}

/** HTTP status of an error code. */
export const statusOf = (code: WireError['code']): number => statuses[code]
