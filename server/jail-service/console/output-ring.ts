/** How much output a console keeps for viewers that come back or are behind, in bytes. */
export const RING_BYTES = 512 * 1024

/** The last bytes of a console's output, addressed by their offset from its start. Grows only as far as it is used. */
export class OutputRing {
  #chunks: Buffer[] = []
  #start = 0
  #end = 0
  readonly #capacity: number

  constructor(capacity = RING_BYTES) {
    this.#capacity = capacity
  }

  /** Offset of the first byte that is still kept. */
  get start(): number {
    return this.#start
  }

  /** Offset after the last byte: how much output there was in all. */
  get end(): number {
    return this.#end
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#end += chunk.length
    let first = this.#chunks[0]
    while (first !== undefined && this.#end - this.#start - first.length >= this.#capacity) {
      this.#chunks.shift()
      this.#start += first.length
      first = this.#chunks[0]
    }
  }

  /** Whether bytes from this offset on can still be had. */
  has(offset: number): boolean {
    return offset >= this.#start && offset <= this.#end
  }

  /** Up to `limit` bytes from `offset` on, at least one when there are any. The offset must be kept (`has`). */
  read(offset: number, limit: number): Buffer {
    // Readers stand near the end, so the search starts there.
    let at = this.#end
    let index = this.#chunks.length
    while (index > 0 && at > offset) {
      index -= 1
      at -= this.#chunks[index]?.length ?? 0
    }
    const pieces: Buffer[] = []
    let size = 0
    for (; index < this.#chunks.length && size < limit; index += 1) {
      const chunk = this.#chunks[index] as Buffer
      const from = Math.max(0, offset - at)
      const piece = chunk.subarray(from, Math.min(chunk.length, from + limit - size))
      at += chunk.length
      offset += piece.length
      size += piece.length
      if (piece.length > 0) pieces.push(piece)
    }
    return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces, size)
  }
}
