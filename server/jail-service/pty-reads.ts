import { availableParallelism } from 'node:os'

/**
 * Read at once at most, in bytes: more than a terminal holds (Linux: 4 KiB), so that each read empties it and is handed on
 * as it is. Reads of half as much, or several handed on together, cost more than they save: cat of a large file to a fast
 * page passes a tenth less (`npm run bench:console -- --only throughput`, whose runs differ by as much).
 */
const READ_BYTES = 64 * 1024
/** So much output in so many milliseconds is read whatever others do: keys, prompts, a screen drawn anew. */
const FREE_BYTES = 16 * 1024
const FREE_MS = 20
/**
 * Who says more is a flood. For half of the processors there is one that is read at a time, for so long or so much, in
 * milliseconds and bytes, while others wait for their turn; …
 */
const ABREAST = Math.max(1, Math.floor(availableParallelism() / 2))
const TURN_MS = 2
const TURN_BYTES = 64 * 1024
/** … and between two turns there is time for all else, in milliseconds. */
const REST_MS = 3

/** Who reads one pty. */
export interface PtyReader {
  readonly onData: (chunk: Buffer) => void
  /** Called when it is its turn again after `take` said that it is not. */
  readonly goOn: () => void
  /** Bytes since `since` (`performance.now`), in this turn or in the time that is free. */
  bytes: number
  since: number
}

/**
 * Reads of all ptys. They share memory, since a buffer for each read would be garbage by the megabyte. And floods take
 * turns: twenty programs that print without end would all be runnable all the time, and each key's echo elsewhere would
 * wait behind every one of them for a processor. A program whose terminal is full sleeps.
 */
export class PtyReads {
  /** Where every pty reads to. */
  readonly memory = Buffer.allocUnsafeSlow(READ_BYTES)
  /** Floods that are read, */
  readonly #turns = new Set<PtyReader>()
  /** … and those that wait, in the order in which they will be. */
  readonly #waiting = new Set<PtyReader>()
  #timer: NodeJS.Timeout | undefined
  readonly #abreast: number

  constructor(abreast = ABREAST) {
    this.#abreast = abreast
  }

  /**
   * Hands on `length` bytes that were just read into `memory`. False when the pty is not to be read before `goOn` is
   * called.
   */
  take(reader: PtyReader, length: number): boolean {
    reader.onData(this.memory.subarray(0, length))
    if (this.#waiting.has(reader)) return false
    const now = performance.now()
    const hasTurn = this.#turns.has(reader)
    if (!hasTurn && now - reader.since >= FREE_MS) {
      reader.since = now
      reader.bytes = 0
    }
    reader.bytes += length
    if (reader.bytes <= (hasTurn ? TURN_BYTES : FREE_BYTES)) return true
    if (this.#waiting.size === 0 && (hasTurn || (this.#turns.size < this.#abreast && this.#timer === undefined))) {
      this.#begin(reader, now)
      return true
    }
    this.#turns.delete(reader)
    this.#waiting.add(reader)
    this.#timer ??= setTimeout(() => this.#endTurns(), TURN_MS)
    return false
  }

  /** The pty is not read for other reasons, or never again: it neither has a turn nor waits for one. */
  leave(reader: PtyReader): void {
    this.#turns.delete(reader)
    this.#waiting.delete(reader)
    reader.bytes = 0
  }

  #begin(reader: PtyReader, now: number): void {
    this.#turns.add(reader)
    reader.since = now
    reader.bytes = 0
  }

  /** Who still floods goes behind those who wait. */
  #endTurns(): void {
    for (const reader of this.#turns) if (reader.bytes > 0) this.#waiting.add(reader)
    this.#turns.clear()
    this.#timer = setTimeout(() => this.#beginTurns(), REST_MS)
  }

  #beginTurns(): void {
    this.#timer = undefined
    const now = performance.now()
    for (const reader of this.#waiting) {
      this.#waiting.delete(reader)
      this.#begin(reader, now)
      reader.goOn()
      if (this.#turns.size >= this.#abreast) break
    }
    if (this.#waiting.size > 0) this.#timer = setTimeout(() => this.#endTurns(), TURN_MS)
  }
}

/** The service's only one. */
export const ptyReads = new PtyReads()
