import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import { ACK_AFTER_MS, ACK_EVERY_BYTES } from '@/lib/console-protocol.ts'

/** How fast the client renders, in bytes a second; Infinity: as it comes. */
export interface ClientOptions {
  url: string
  /** Of our protocol; undefined for the plain server, which has none. */
  ticket?: string
  bytesPerS?: number
  cols?: number
  rows?: number
}

/** One browser of the benchmark: it takes everything that comes, as a browser does, and renders it at its pace. */
export class BenchClient {
  readonly socket: WebSocket
  readonly #ours: boolean
  readonly #bytesPerS: number
  consoleId = ''
  received = 0
  rendered = 0
  drawingBytes = 0
  #drawing = 0
  #offset = 0
  #acked = 0
  #ackTimer: NodeJS.Timeout | undefined
  #queue: Buffer[] = []
  #renderTimer: NodeJS.Timeout | undefined
  #tail = ''
  #wanted: { text: string; resolve: (at: number) => void } | undefined
  onRendered: ((bytes: Buffer) => void) | undefined
  #ready: () => void = () => undefined
  readonly ready: Promise<void>

  constructor({ url, ticket, bytesPerS = Infinity, cols = 80, rows = 24 }: ClientOptions) {
    this.#ours = ticket !== undefined
    this.#bytesPerS = bytesPerS
    this.ready = new Promise((resolve) => (this.#ready = resolve))
    this.socket = new WebSocket(url, { perMessageDeflate: false, headers: { cookie: 'good' } })
    this.socket.on('error', () => undefined)
    this.socket.on('open', () => {
      if (ticket === undefined) return this.#ready()
      this.socket.send(JSON.stringify({ type: 'hello', ticket, viewer: randomUUID(), cols, rows }))
    })
    this.socket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) return this.#onMessage(JSON.parse(data.toString()) as { type: string })
      if (this.#drawing > 0) {
        this.#drawing -= data.length
        this.onRendered?.(data)
        if (this.#drawing <= 0) this.#ready()
        return
      }
      this.received += data.length
      this.#offset += data.length
      if (this.#bytesPerS === Infinity) return this.#render(data)
      this.#queue.push(data)
      this.#renderTimer ??= setInterval(() => this.#renderSome(), 5)
    })
  }

  #onMessage(message: { type: string; consoleId?: string; offset?: number; bytes?: number; message?: string }): void {
    if (message.type === 'ready') this.consoleId = message.consoleId ?? ''
    if (message.type === 'error') throw new Error(message.message)
    if (message.type !== 'screen') return
    this.#offset = message.offset ?? 0
    this.rendered = this.#offset
    this.#acked = this.#offset
    this.#drawing = message.bytes ?? 0
    this.drawingBytes = this.#drawing
    if (this.#drawing === 0) this.#ready()
  }

  #renderSome(): void {
    let budget = (this.#bytesPerS * 5) / 1_000
    while (budget > 0 && this.#queue.length > 0) {
      const first = this.#queue[0] as Buffer
      const part = first.subarray(0, budget)
      if (part.length === first.length) this.#queue.shift()
      else this.#queue[0] = first.subarray(part.length)
      budget -= part.length
      this.#render(part)
    }
    if (this.#queue.length > 0) return
    clearInterval(this.#renderTimer)
    this.#renderTimer = undefined
  }

  #render(bytes: Buffer): void {
    this.rendered += bytes.length
    this.onRendered?.(bytes)
    if (this.#wanted !== undefined) {
      const text = this.#tail + bytes.toString('latin1')
      if (text.includes(this.#wanted.text)) {
        this.#wanted.resolve(performance.now())
        this.#wanted = undefined
        this.#tail = ''
      } else this.#tail = text.slice(-100)
    }
    if (!this.#ours) return
    if (this.rendered - this.#acked >= ACK_EVERY_BYTES) this.#acknowledge()
    else this.#ackTimer ??= setTimeout(() => this.#acknowledge(), ACK_AFTER_MS)
  }

  #acknowledge(): void {
    clearTimeout(this.#ackTimer)
    this.#ackTimer = undefined
    if (this.rendered <= this.#acked || this.socket.readyState !== WebSocket.OPEN) return
    this.#acked = this.rendered
    this.socket.send(JSON.stringify({ type: 'ack', offset: this.rendered }))
  }

  type(text: string): void {
    this.socket.send(Buffer.from(text))
  }

  /** When a text was rendered, by performance.now(); rejects after `timeoutMs`. */
  shows(text: string, timeoutMs = 20_000): Promise<number> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`not shown in ${timeoutMs} ms: ${text}`)), timeoutMs)
      this.#wanted = {
        text,
        resolve: (at) => {
          clearTimeout(timer)
          resolve(at)
        },
      }
    })
  }

  close(): void {
    clearInterval(this.#renderTimer)
    clearTimeout(this.#ackTimer)
    this.socket.terminate()
  }
}
