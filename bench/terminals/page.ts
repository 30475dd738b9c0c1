import { until } from '../wait.ts'
import type { Terminal } from './terminal.ts'

/** Enough to find what is waited for. */
const TAIL_BYTES = 4_096

/**
 * A page in front of a terminal that renders so many bytes a second, in the order they come: it reads the network as
 * fast as that delivers, as browsers do, and what is not rendered yet waits in the page.
 */
export class Page {
  readonly terminal: Terminal
  receivedBytes = 0
  renderedBytes = 0
  /** Called after each piece that is rendered. */
  onRendered: (bytes: Buffer) => void = () => undefined
  #tail = ''
  #rate: number
  readonly #waiting: Buffer[] = []
  #freeAt = 0
  #timer: NodeJS.Timeout | undefined

  constructor(terminal: Terminal, bytesPerS = Infinity) {
    this.terminal = terminal
    this.#rate = bytesPerS
    terminal.subscribe((bytes) => {
      this.receivedBytes += bytes.length
      if (this.#rate === Infinity && this.#waiting.length === 0) return this.#render(bytes)
      // A page draws a frame at a time: 16 KiB is what 1 MB/s draws in one.
      for (let at = 0; at < bytes.length; at += 16_384) this.#waiting.push(bytes.subarray(at, at + 16_384))
      this.#next()
    })
  }

  /** Bytes a second that the page renders from now on. */
  set bytesPerS(rate: number) {
    this.#rate = rate
  }

  #next(): void {
    const [piece] = this.#waiting
    if (this.#timer !== undefined || piece === undefined) return
    const now = performance.now()
    this.#freeAt = Math.max(this.#freeAt, now) + (this.#rate === Infinity ? 0 : (piece.length / this.#rate) * 1_000)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#waiting.shift()
      this.#render(piece)
      this.#next()
    }, this.#freeAt - now)
  }

  #render(bytes: Buffer): void {
    this.renderedBytes += bytes.length
    this.#tail = (this.#tail + bytes.subarray(-TAIL_BYTES).toString('latin1')).slice(-TAIL_BYTES)
    this.terminal.rendered(bytes.length)
    this.onRendered(bytes)
  }

  /** Forgets what was rendered, for `shows`. */
  forget(): void {
    this.#tail = ''
  }

  /** What was rendered last. */
  get tail(): string {
    return this.#tail
  }

  type(text: string): void {
    this.terminal.type(text)
  }

  /** Resolves in the moment when a text was rendered; false when that takes longer than `timeoutMs`. */
  shows(text: string, timeoutMs = 30_000): Promise<boolean> {
    if (this.#tail.includes(text)) return Promise.resolve(true)
    return new Promise((resolve, reject) => {
      const before = this.onRendered
      const timer = setTimeout(() => finish(false), timeoutMs)
      const poll = setInterval(() => {
        if (this.terminal.lost === undefined) return
        reject(new Error(`the connection was lost: ${this.terminal.lost}`))
        finish(false)
      }, 500)
      const finish = (seen: boolean) => {
        clearTimeout(timer)
        clearInterval(poll)
        this.onRendered = before
        resolve(seen)
      }
      this.onRendered = (bytes) => {
        before(bytes)
        if (this.#tail.includes(text)) finish(true)
      }
    })
  }

  /** Runs a command at the shell's prompt and waits for its end. */
  async run(command: string, timeoutMs = 60_000): Promise<void> {
    this.forget()
    // The echo of the line must not look like its result.
    this.type(`${command}; echo en""ded\r`)
    if (!(await this.shows('ended', timeoutMs)))
      throw new Error(
        `not within ${timeoutMs / 1_000} s: the end of “${command}”; last: ${JSON.stringify(this.#tail.slice(-300))}`,
      )
  }

  /** Waits until the shell says something: its prompt. */
  async ready(): Promise<this> {
    await until(() => this.receivedBytes > 0, 'the prompt of a shell')
    await this.run('true')
    return this
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#waiting.length = 0
    await this.terminal.close()
  }
}
