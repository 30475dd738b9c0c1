import { createHash } from 'node:crypto'
import { close, fsync, ftruncateSync, openSync, write } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { promisify } from 'node:util'

/** Output is gathered for this long before it is written, in milliseconds: one write a batch, never one a key. */
const BATCH_MS = 250
/** … or until it is as much as this, in bytes. */
const BATCH_BYTES = 128 * 1024

const writeTo = promisify(write)

export interface RecordingHeader {
  cols: number
  rows: number
  startedAt: Date
  title: string
  command: string
}

export interface RecordingEnd {
  /** Size of the file. */
  bytes: number
  sha256: string
  state: 'complete' | 'cut' | 'failed'
  /** Why it ended before the console did; empty otherwise. */
  ending: string
}

/**
 * Writes one console's output as asciicast v2 (docs.asciinema.org/manual/asciicast/v2): a header line, then one line for
 * each piece of output or change of size. Only output: what is typed without an echo, passwords, is not in it.
 */
export class Recorder {
  readonly #fd: number
  readonly #limits: { bytes: number; ms: number }
  readonly #startedAt = performance.now()
  readonly #decoder = new StringDecoder('utf8')
  readonly #hash = createHash('sha256')
  readonly #onDrained: () => void
  readonly #onStopped: (ending: string) => void
  #lines: string[] = []
  #queued = 0
  #inFlight = 0
  #written = 0
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined
  #state: RecordingEnd['state'] = 'complete'
  #ending = ''
  #over = false

  /** Makes the file, which must not exist, readable by this user only. Throws what open(2) says. */
  constructor(
    file: string,
    header: RecordingHeader,
    limits: { bytes: number; ms: number },
    handlers: { onDrained: () => void; onStopped: (ending: string) => void },
  ) {
    this.#fd = openSync(file, 'wx', 0o600)
    this.#limits = limits
    this.#onDrained = handlers.onDrained
    this.#onStopped = handlers.onStopped
    this.#add(
      JSON.stringify({
        version: 2,
        width: header.cols,
        height: header.rows,
        timestamp: Math.floor(header.startedAt.getTime() / 1_000),
        title: header.title,
        command: header.command,
        env: { TERM: 'xterm-256color' },
      }),
    )
  }

  /** Bytes that are not on the disk yet. */
  get pendingBytes(): number {
    return this.#queued + this.#inFlight
  }

  /** Whether it goes on. */
  get running(): boolean {
    return !this.#over
  }

  output(chunk: Buffer): void {
    if (this.#over) return
    const text = this.#decoder.write(chunk)
    if (text !== '') this.#event('o', text)
  }

  resize(cols: number, rows: number): void {
    if (!this.#over) this.#event('r', `${cols}x${rows}`)
  }

  /** Ends it with the console; resolves when everything is on the disk. */
  async finish(): Promise<RecordingEnd> {
    if (!this.#over) {
      const rest = this.#decoder.end()
      if (rest !== '') this.#event('o', rest)
      this.#over = true
    }
    this.#flush()
    while (this.#writing !== undefined) await this.#writing
    try {
      await promisify(fsync)(this.#fd)
    } catch (error) {
      this.#fail(error)
    }
    await promisify(close)(this.#fd)
    return { bytes: this.#written, sha256: this.#hash.digest('hex'), state: this.#state, ending: this.#ending }
  }

  #event(code: 'o' | 'r', data: string): void {
    const ms = performance.now() - this.#startedAt
    const line = JSON.stringify([Math.round(ms * 1_000) / 1_000_000, code, data])
    if (ms > this.#limits.ms) return this.#stop('cut', 'The recording reached the longest time that is set.')
    if (this.#written + this.pendingBytes + Buffer.byteLength(line) > this.#limits.bytes)
      return this.#stop('cut', 'The recording reached the largest size that is set.')
    this.#add(line)
  }

  #add(line: string): void {
    this.#lines.push(line)
    this.#queued += Buffer.byteLength(line) + 1
    if (this.#queued >= BATCH_BYTES) this.#flush()
    else this.#timer ??= setTimeout(() => this.#flush(), BATCH_MS)
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#writing !== undefined || this.#lines.length === 0) return
    const batch = Buffer.from(`${this.#lines.join('\n')}\n`, 'utf8')
    this.#lines = []
    this.#queued = 0
    this.#inFlight = batch.length
    this.#writing = this.#write(batch)
  }

  async #write(batch: Buffer): Promise<void> {
    let at = 0
    let problem: unknown
    try {
      while (at < batch.length) {
        const { bytesWritten } = await writeTo(this.#fd, batch, at, batch.length - at, this.#written + at)
        at += bytesWritten
      }
    } catch (error) {
      problem = error
    }
    const good = at === 0 ? batch.subarray(0, 0) : batch.subarray(0, batch.lastIndexOf('\n', at - 1) + 1) // whole lines
    this.#hash.update(good)
    this.#written += good.length
    if (problem !== undefined) this.#fail(problem)
    this.#inFlight = 0
    this.#writing = undefined
    if (this.#over || this.#queued >= BATCH_BYTES) this.#flush()
    this.#onDrained()
  }

  /** What is on the disk stays good: half a line is taken back. */
  #fail(error: unknown): void {
    this.#lines = []
    this.#queued = 0
    try {
      ftruncateSync(this.#fd, this.#written)
    } catch {
      // then its hash tells that more stands in the file than was recorded
    }
    const { code } = error as NodeJS.ErrnoException
    const why =
      code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full' : `it cannot be written (${code ?? 'error'})`
    this.#stop('failed', `The recording ended: ${why}.`)
  }

  #stop(state: 'cut' | 'failed', ending: string): void {
    if (this.#ending !== '') return
    this.#over = true
    this.#state = state
    this.#ending = ending
    this.#onStopped(ending)
  }
}
