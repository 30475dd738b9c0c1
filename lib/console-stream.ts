/**
 * The console's frames over plain HTTP, for networks that let no WebSocket through. Down: Server-Sent Events on one
 * answer (`frame` is a control message, `bytes` is Base64); up: requests with some frames each, in this form.
 */

/** Most bytes of frames in one request. */
export const FRAMES_MAX_BYTES = 256 * 1024
/** A client without anything to say sends an empty request this often, in milliseconds: so the service knows it is there. */
export const SIGN_EVERY_MS = 15_000
/** Kind and length stand before each frame. */
const HEAD_BYTES = 5
const TEXT = 0
const BINARY = 1

/** Frames as the body of one request: for each its kind (1 byte), its length (4 bytes, big-endian), itself. */
export function packFrames(frames: readonly (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder()
  const parts = frames.map((frame) => (typeof frame === 'string' ? encoder.encode(frame) : frame))
  const body = new Uint8Array(parts.reduce((sum, { length }) => sum + HEAD_BYTES + length, 0))
  const view = new DataView(body.buffer)
  let at = 0
  for (const [index, part] of parts.entries()) {
    view.setUint8(at, typeof frames[index] === 'string' ? TEXT : BINARY)
    view.setUint32(at + 1, part.length)
    body.set(part, at + HEAD_BYTES)
    at += HEAD_BYTES + part.length
  }
  return body
}

export interface Frame {
  isBinary: boolean
  bytes: Uint8Array
}

/** The frames in a request's body; undefined when it is none, or one of them is longer than `maxBytes`. */
export function unpackFrames(body: Uint8Array, maxBytes: number): Frame[] | undefined {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const frames: Frame[] = []
  for (let at = 0; at < body.length;) {
    if (at + HEAD_BYTES > body.length) return undefined
    const kind = view.getUint8(at)
    const length = view.getUint32(at + 1)
    if (kind > BINARY || length > maxBytes || at + HEAD_BYTES + length > body.length) return undefined
    frames.push({ isBinary: kind === BINARY, bytes: body.subarray(at + HEAD_BYTES, at + HEAD_BYTES + length) })
    at += HEAD_BYTES + length
  }
  return frames
}
