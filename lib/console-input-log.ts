import { CLIENT_FRAME_MAX_BYTES, INPUT_KEPT_MAX_BYTES } from './console-protocol.ts'

/** Bytes that may be on their way without the service having said that it has them. */
const WINDOW_BYTES = 128 * 1024
/** Pieces of a paste: small enough that a key typed meanwhile does not wait long. */
const FRAME_BYTES = Math.min(16 * 1024, CLIENT_FRAME_MAX_BYTES)

/**
 * What was typed, until the service has it: after a lost connection it goes on exactly where it arrived, so that nothing
 * is typed twice and nothing is lost.
 */
export class InputLog {
  #kept: Uint8Array[] = []
  #confirmed = 0
  #sent = 0
  #end = 0

  /** Adds input. False, and nothing is added, when too much waits already. */
  push(bytes: Uint8Array): boolean {
    if (this.#end - this.#confirmed + bytes.length > INPUT_KEPT_MAX_BYTES) return false
    for (let at = 0; at < bytes.length; at += FRAME_BYTES) this.#kept.push(bytes.subarray(at, at + FRAME_BYTES))
    this.#end += bytes.length
    return true
  }

  /** Frames that may be sent now. */
  *take(): Generator<Uint8Array> {
    let at = this.#confirmed
    for (const piece of [...this.#kept]) {
      const from = Math.max(0, this.#sent - at)
      at += piece.length
      if (from >= piece.length) continue
      if (this.#sent - this.#confirmed >= WINDOW_BYTES) return
      this.#sent += piece.length - from
      yield from === 0 ? piece : piece.subarray(from)
    }
  }

  /** The service has everything before this offset. */
  confirm(offset: number): void {
    while (this.#kept[0] !== undefined && this.#confirmed < offset) {
      const piece = this.#kept[0]
      const done = Math.min(piece.length, offset - this.#confirmed)
      this.#confirmed += done
      if (done === piece.length) this.#kept.shift()
      else this.#kept[0] = piece.subarray(done)
    }
    this.#sent = Math.max(this.#sent, this.#confirmed)
  }

  /** A new connection: what arrived is confirmed, the rest is sent again. */
  rewind(offset: number): void {
    this.confirm(offset)
    this.#sent = this.#confirmed
  }

  /** Forgets what was not sent yet: an interrupt does not wait behind a paste. */
  dropUnsent(): void {
    let at = this.#confirmed
    this.#kept = this.#kept.filter((piece) => {
      const begun = at < this.#sent
      at += piece.length
      return begun
    })
    this.#end = this.#confirmed + this.#kept.reduce((sum, { length }) => sum + length, 0)
  }

  /** Bytes that the service is not known to have. */
  get waitingBytes(): number {
    return this.#end - this.#confirmed
  }
}
