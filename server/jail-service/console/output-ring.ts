/** How much output a console keeps for viewers that come back or are behind, in bytes. */
export const RING_BYTES = 512 * 1024
/** Blocks of memory that output is gathered in: the first ones are small, since most consoles say little. */
const BLOCK_MIN_BYTES = 2 * 1024
const BLOCK_MAX_BYTES = 64 * 1024

interface Block {
  memory: Buffer
  used: number
}

/**
 * The last bytes of a console's output, addressed by their offset from its start. Grows only as far as it is used.
 * Memory that was filled is never written again, so what is handed out stays as it is.
 */
export class OutputRing {
  #blocks: Block[] = []
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

  /** Copies a chunk to the end. The copy is returned: it may be kept, while the chunk's memory is used anew. */
  push(chunk: Uint8Array): Buffer {
    let last = this.#blocks.at(-1)
    if (last === undefined || last.memory.length - last.used < chunk.length) {
      const size = Math.min(BLOCK_MAX_BYTES, (last?.memory.length ?? BLOCK_MIN_BYTES / 2) * 2)
      // A buffer of its own: slices of Node's pool would keep each other alive.
      last = { memory: Buffer.allocUnsafeSlow(Math.max(size, chunk.length)), used: 0 }
      this.#blocks.push(last)
    }
    last.memory.set(chunk, last.used)
    const kept = last.memory.subarray(last.used, last.used + chunk.length)
    last.used += chunk.length
    this.#end += chunk.length
    let first = this.#blocks[0]
    while (first !== undefined && this.#end - this.#start - first.used >= this.#capacity) {
      this.#blocks.shift()
      this.#start += first.used
      first = this.#blocks[0]
    }
    return kept
  }

  /** Lets go of memory whose bytes all lie before `offset`; the last one stays. */
  dropBefore(offset: number): void {
    let first = this.#blocks[0]
    while (first !== undefined && this.#blocks.length > 1 && this.#start + first.used <= offset) {
      this.#blocks.shift()
      this.#start += first.used
      first = this.#blocks[0]
    }
  }

  /** Whether bytes from this offset on can still be had. */
  has(offset: number): boolean {
    return offset >= this.#start && offset <= this.#end
  }

  /**
   * Up to `limit` bytes from `offset` on, at least one when there are any; fewer than there are where they do not lie
   * in one piece, so that none is copied. The offset must be kept (`has`).
   */
  read(offset: number, limit: number): Buffer {
    // Readers stand near the end, so the search starts there.
    let at = this.#end
    for (let index = this.#blocks.length - 1; index >= 0; index -= 1) {
      const { memory, used } = this.#blocks[index] as Block
      at -= used
      if (at <= offset) return memory.subarray(offset - at, Math.max(offset - at, Math.min(used, offset - at + limit)))
    }
    return Buffer.alloc(0)
  }

  /** The last bytes before `offset`, up to `limit`, in one piece; fewer when less is kept. */
  before(offset: number, limit: number): Buffer {
    const pieces: Buffer[] = []
    for (let at = Math.max(this.#start, offset - limit); at < offset;) {
      const piece = this.read(at, offset - at)
      if (piece.length === 0) break
      pieces.push(piece)
      at += piece.length
    }
    return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces)
  }
}
