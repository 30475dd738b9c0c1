import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import { InputLog } from '@/lib/console-input-log.ts'
import type { ClientMessage, ViewMode } from '@/lib/console-protocol.ts'
import { ACK_AFTER_MS, ACK_EVERY_BYTES, parseFrame, ServerMessage } from '@/lib/console-protocol.ts'
import { CONSOLE_PATH } from '@/lib/contract/wire.ts'
import type { Result } from '@/lib/result.ts'
import { OutputFilter } from './output-filter.ts'

const RETRY_MIN_MS = 250
const RETRY_MAX_MS = 8_000
/** Leaves alternate screen and modes, clears: a drawing begins on an empty screen (DECSTR, then what it leaves on). */
const CLEAR = '\x1b[?1049l\x1b[!p\x1b[?25h\x1b[?1000;1002;1003;1006;2004l\x1b[0m\x1b[H\x1b[2J\x1b[3J'
/** The same without clearing, for the end. */
export const CALM = '\x1b[?1049l\x1b[!p\x1b[?25h\x1b[?1000;1002;1003;1006;2004l\x1b[0m'

export interface LocalTerminal {
  write(bytes: Uint8Array, onWritten: () => void): void
  size(): { cols: number; rows: number }
  /** A line for the person, beside the console's output. */
  say(text: string): void
}

export interface AttachOptions {
  socketPath: string
  cookie: string
  /** Asks for a ticket; with a console's id for that one. */
  getTicket(consoleId: string | undefined): Promise<Result<{ ticket: string }>>
}

export type End = { kind: 'exit'; exitCode: number | null; reason: string } | { kind: 'refused'; message: string }

/** A terminal's connection to one console, over as many WebSockets as it takes (docs/console-protocol.md). */
export class Attachment {
  readonly #options: AttachOptions
  readonly #terminal: LocalTerminal
  readonly #onEnd: (end: End) => void
  readonly #viewer = randomUUID()
  readonly #input = new InputLog()
  readonly #filter = new OutputFilter()
  #consoleId: string | undefined
  #mode: ViewMode = 'input'
  #socket: WebSocket | undefined
  #attached = false
  #offset: number | undefined
  #drawing = 0
  #rendered = 0
  #acked = 0
  #ackTimer: NodeJS.Timeout | undefined
  #failures = 0
  #over = false

  constructor(options: AttachOptions, terminal: LocalTerminal, onEnd: (end: End) => void) {
    this.#options = options
    this.#terminal = terminal
    this.#onEnd = onEnd
  }

  async connect(): Promise<void> {
    const { result } = { result: await this.#options.getTicket(this.#consoleId) }
    if (this.#over) return
    if (!result.ok) {
      if (result.error.code === 'unavailable' && this.#consoleId !== undefined) return this.#lose()
      const { message, hint } = result.error
      return this.#end({ kind: 'refused', message: hint === undefined ? message : `${message} ${hint}` })
    }
    const { ticket } = result.value
    const { socketPath, cookie } = this.#options
    const socket = new WebSocket(`ws+unix:${socketPath}:${CONSOLE_PATH}`, {
      perMessageDeflate: false,
      headers: { cookie },
    })
    this.#socket = socket
    socket.on('open', () => {
      const offset = this.#drawing > 0 ? undefined : this.#offset
      this.#send({ type: 'hello', ticket, viewer: this.#viewer, ...this.#terminal.size(), offset })
    })
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.#onBytes(data)
      else this.#onMessage(data.toString('utf8'))
    })
    socket.on('error', () => undefined) // close follows
    socket.on('close', () => {
      if (this.#socket !== socket) return
      this.#socket = undefined
      if (this.#attached && !this.#over) this.#terminal.say('connection lost, coming back')
      this.#attached = false
      if (!this.#over) this.#lose()
    })
  }

  type(bytes: Uint8Array): void {
    if (this.#over || this.#mode === 'watch') return
    if (bytes.length === 1 && bytes[0] === 0x03) this.#input.dropUnsent()
    if (this.#input.push(bytes)) this.#flushInput()
    else this.#terminal.say('too much input waits; the last was not typed')
  }

  sizeChanged(): void {
    if (this.#attached) this.#send({ type: 'resize', ...this.#terminal.size() })
  }

  /** Leaves; the console goes on. */
  leave(): void {
    this.#over = true
    clearTimeout(this.#ackTimer)
    this.#socket?.close(1000)
  }

  #lose(): void {
    const waitMs = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** this.#failures)
    this.#failures += 1
    setTimeout(() => void this.connect(), waitMs)
  }

  #end(end: End): void {
    if (this.#over) return
    this.leave()
    this.#onEnd(end)
  }

  #onMessage(text: string): void {
    const message = parseFrame(ServerMessage, text)
    switch (message?.type) {
      case 'ready':
        this.#consoleId = message.consoleId
        this.#mode = message.mode
        this.#failures = 0
        this.#attached = true
        if (!message.resumed) this.#offset = undefined
        this.#input.rewind(message.inputOffset)
        this.#flushInput()
        break
      case 'screen':
        this.#filter.reset()
        this.#terminal.write(Buffer.from(CLEAR), () => undefined)
        this.#offset = message.offset
        this.#rendered = message.offset
        this.#acked = message.offset
        this.#drawing = message.bytes
        break
      case 'input':
        this.#input.confirm(message.offset)
        this.#flushInput()
        break
      case 'recording':
        this.#terminal.say(message.message)
        break
      case 'exit':
        this.#end({ kind: 'exit', exitCode: message.exitCode, reason: message.reason })
        break
      case 'error':
        if (message.code !== 'unavailable') this.#end({ kind: 'refused', message: message.message })
        break
      case 'size':
      case 'viewers':
      case undefined:
    }
  }

  #onBytes(bytes: Buffer): void {
    if (this.#drawing > 0) {
      this.#drawing -= bytes.length
      this.#terminal.write(bytes, () => undefined)
      return
    }
    const offset = (this.#offset ?? 0) + bytes.length
    this.#offset = offset
    this.#terminal.write(this.#filter.take(bytes), () => {
      if (offset <= this.#rendered) return
      this.#rendered = offset
      if (this.#rendered - this.#acked >= ACK_EVERY_BYTES) this.#acknowledge()
      else this.#ackTimer ??= setTimeout(() => this.#acknowledge(), ACK_AFTER_MS)
    })
  }

  #acknowledge(): void {
    clearTimeout(this.#ackTimer)
    this.#ackTimer = undefined
    if (!this.#attached || this.#rendered <= this.#acked) return
    this.#acked = this.#rendered
    this.#send({ type: 'ack', offset: this.#rendered })
  }

  #send(message: ClientMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }

  #flushInput(): void {
    const socket = this.#socket
    if (!this.#attached || socket?.readyState !== WebSocket.OPEN) return
    for (const piece of this.#input.take()) socket.send(piece)
  }
}
