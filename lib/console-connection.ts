import type { ClientMessage, ViewerInfo, ViewMode } from './console-protocol.ts'
import { ACK_AFTER_MS, ACK_EVERY_BYTES, parseFrame, ServerMessage } from './console-protocol.ts'
import { InputLog } from './console-input-log.ts'
import type { Result } from './result.ts'

/** First and longest wait before another try, in milliseconds. */
const RETRY_MIN_MS = 250
const RETRY_MAX_MS = 8_000
/** Typed and nothing heard for this long: the connection is dead though nobody said so (a laptop woke up), in milliseconds. */
const DEAF_MS = 5_000
/** Tries without any WebSocket after which a proxy is suspected, and plain requests are taken. */
const BLOCKED_AFTER = 2
const CTRL_C = 0x03

/** What carries the console's frames: text and binary, in order, both ways. */
export interface Transport {
  readonly open: boolean
  send(frame: string | Uint8Array): void
  close(): void
}

/** What happens on a transport; `onClose` once, and nothing after it. */
export interface TransportEvents {
  onOpen: () => void
  onText: (text: string) => void
  onBytes: (bytes: Uint8Array) => void
  onClose: () => void
}

export type OpenTransport = (events: TransportEvents) => Transport

/** What the connection needs of a terminal. Writes and resizes take effect in the order of the calls. */
export interface TerminalPort {
  write(bytes: Uint8Array, onRendered: () => void): void
  reset(): void
  resize(cols: number, rows: number): void
  /** What the pane can show now. */
  paneSize(): { cols: number; rows: number }
}

export interface ConsoleWish {
  /** The console to return to; undefined: the user's latest in the jail, or a new one. */
  consoleId: string | undefined
  fresh: boolean
  /** Default: with input. */
  mode?: ViewMode | undefined
  /** For a new one: whose shell or which command, */
  user?: string | undefined
  command?: string | undefined
  /** … and why, where the recording policy asks. */
  reason?: string | undefined
}

/** Asks for a ticket; a rejection means that the panel cannot be reached. */
export type GetTicket = (wish: ConsoleWish) => Promise<Result<{ ticket: string }>>

/** Where a page's connection to its console stands. */
export type ConsoleState =
  | { phase: 'connecting' }
  | { phase: 'open' }
  /** Comes back by itself. `blocked`: the WebSocket never opened though the panel answers. */
  | { phase: 'lost'; retryAt: number; blocked: boolean }
  /** The service let go of this page; the shell lives on. */
  | { phase: 'idle'; message: string }
  /** The recording policy wants a reason before there is a console. */
  | { phase: 'asks'; message: string }
  | { phase: 'refused'; message: string; hint: string | undefined }
  | { phase: 'exited'; exitCode: number | null; reason: string; at: string }

/** What is known about the console that is shown. */
export interface ConsoleFacts {
  consoleId: string
  argv: readonly string[]
  startedAt: string
  cols: number
  rows: number
  /** What this page may do, */
  mode: ViewMode
  /** … and whose console it is. */
  owner: string
  /** Who looks, one entry a page. */
  viewers: readonly ViewerInfo[]
  /** No WebSocket gets through: keys and output go by plain requests. */
  slow: boolean
  /** undefined: it is not recorded. */
  recording: { state: 'on' | 'off' | 'stopped'; message: string } | undefined
}

export interface ConnectionEvents {
  onState(state: ConsoleState): void
  onFacts(facts: ConsoleFacts): void
  /** Too much typed input waits; the last was not taken. */
  onInputRefused(): void
}

/** Ways to the service: the one of choice, and one for where that never opens though tickets are given. */
export interface Ways {
  open: OpenTransport
  fallback?: OpenTransport
}

/**
 * A client's connection to one console, over as many transports as it takes (docs/console-protocol.md): gets tickets,
 * says hello, hands bytes to the terminal and acknowledges what is rendered, comes back by itself where it was.
 */
export class ConsoleConnection {
  readonly #viewer = randomUuid()
  readonly #terminal: TerminalPort
  readonly #getTicket: GetTicket
  readonly #ways: Ways
  readonly #events: ConnectionEvents
  readonly #input = new InputLog()
  #wish: ConsoleWish
  #transport: Transport | undefined
  #open: OpenTransport
  #attached = false
  #facts: ConsoleFacts | undefined
  #over = false
  /** Output offset after the last byte handed to the terminal; undefined: a drawing is needed. */
  #offset: number | undefined
  #drawing = 0
  #rendered = 0
  #acked = 0
  #ackTimer: ReturnType<typeof setTimeout> | undefined
  #retryTimer: ReturnType<typeof setTimeout> | undefined
  #heardAt = 0
  #deafTimer: ReturnType<typeof setTimeout> | undefined
  #failures = 0
  #everOpen = false
  #disposed = false

  constructor(terminal: TerminalPort, wish: ConsoleWish, getTicket: GetTicket, ways: Ways, events: ConnectionEvents) {
    this.#terminal = terminal
    this.#wish = wish
    this.#getTicket = getTicket
    this.#ways = ways
    this.#open = ways.open
    this.#events = events
  }

  /** Connects, or connects again at once. */
  async connect(): Promise<void> {
    clearTimeout(this.#retryTimer)
    if (this.#disposed || this.#over || this.#transport !== undefined) return
    let answer: Result<{ ticket: string }>
    try {
      answer = await this.#getTicket(this.#wish)
    } catch {
      return this.#lose(false, false) // the panel cannot be reached
    }
    if (this.#disposed || this.#over || this.#transport !== undefined) return
    if (!answer.ok) {
      if (answer.error.code === 'unavailable' || answer.error.code === 'timeout') return this.#lose(false, false)
      const asks = answer.error.fields?.some(({ path }) => path === 'reason') === true
      if (asks) return this.#end({ phase: 'asks', message: answer.error.message })
      return this.#end({ phase: 'refused', message: answer.error.message, hint: answer.error.hint })
    }
    const { ticket } = answer.value
    let opened = false
    const transport: Transport = this.#open({
      onOpen: () => {
        opened = true
        this.#everOpen = true
        const { cols, rows } = this.#terminal.paneSize()
        const offset = this.#drawing > 0 ? undefined : this.#offset
        this.#send({ type: 'hello', ticket, viewer: this.#viewer, cols, rows, offset })
      },
      onText: (text) => {
        if (this.#transport !== transport) return
        this.#heardAt = performance.now()
        this.#onMessage(text)
      },
      onBytes: (bytes) => {
        if (this.#transport !== transport) return
        this.#heardAt = performance.now()
        this.#onBytes(bytes)
      },
      onClose: () => {
        if (this.#transport === transport) this.#drop(opened)
      },
    })
    this.#transport = transport
  }

  #drop(opened: boolean): void {
    const transport = this.#transport
    this.#transport = undefined
    this.#attached = false
    transport?.close()
    if (!this.#over) this.#lose(opened, true)
  }

  /** The network went away: no need to wait until TCP notices. */
  networkLost(): void {
    if (this.#transport !== undefined) this.#drop(true)
  }

  #lose(opened: boolean, ticketed: boolean): void {
    if (this.#disposed) return
    this.#failures = opened ? 0 : this.#failures + 1
    const waitMs = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 1.8 ** this.#failures) * (0.8 + Math.random() * 0.4)
    // The panel gave tickets, so it can be reached: something on the way lets no WebSocket through.
    const { fallback } = this.#ways
    const blocked = !this.#everOpen && ticketed && this.#failures >= BLOCKED_AFTER
    if (blocked && fallback !== undefined) this.#open = fallback
    this.#events.onState({ phase: 'lost', retryAt: Date.now() + waitMs, blocked })
    clearTimeout(this.#retryTimer)
    this.#retryTimer = setTimeout(() => void this.connect(), waitMs)
  }

  /** Nothing comes by itself any more. */
  #end(state: ConsoleState): void {
    this.#over = true
    this.#attached = false
    this.#clearTimers()
    this.#transport?.close()
    this.#events.onState(state)
  }

  #clearTimers(): void {
    clearTimeout(this.#retryTimer)
    clearTimeout(this.#ackTimer)
    clearTimeout(this.#deafTimer)
  }

  #onMessage(text: string): void {
    const message = parseFrame(ServerMessage, text)
    if (message === undefined) return // a newer service says more than this client knows
    switch (message.type) {
      case 'ready': {
        const { consoleId, argv, startedAt, cols, rows, mode, owner } = message
        this.#wish = { consoleId, fresh: false, mode }
        this.#failures = 0
        this.#attached = true
        if (message.resumed) this.#terminal.resize(cols, rows)
        else this.#offset = undefined
        this.#tell({
          consoleId,
          argv,
          startedAt,
          cols,
          rows,
          mode,
          owner,
          viewers: [],
          recording: undefined,
          slow: this.#open !== this.#ways.open,
        })
        this.#events.onState({ phase: 'open' })
        this.#input.rewind(message.inputOffset)
        this.#flushInput()
        return
      }
      case 'screen':
        this.#terminal.reset()
        this.#resizeTo(message.cols, message.rows)
        this.#offset = message.offset
        this.#rendered = message.offset
        this.#acked = message.offset
        this.#drawing = message.bytes
        return
      case 'size':
        return this.#resizeTo(message.cols, message.rows)
      case 'input':
        this.#input.confirm(message.offset)
        return this.#flushInput()
      case 'viewers':
        if (this.#facts !== undefined) this.#tell({ ...this.#facts, viewers: message.viewers })
        return
      case 'recording': {
        const { state, message: words } = message
        if (this.#facts !== undefined) this.#tell({ ...this.#facts, recording: { state, message: words } })
        return
      }
      case 'exit':
        return this.#end({ phase: 'exited', exitCode: message.exitCode, reason: message.reason, at: message.at })
      case 'error':
        if (message.code === 'unavailable') return // the service comes back; so does this client
        if (message.code === 'idle') return this.#end({ phase: 'idle', message: message.message })
        return this.#end({ phase: 'refused', message: message.message, hint: undefined })
    }
  }

  #resizeTo(cols: number, rows: number): void {
    this.#terminal.resize(cols, rows)
    if (this.#facts !== undefined) this.#tell({ ...this.#facts, cols, rows })
  }

  #tell(facts: ConsoleFacts): void {
    this.#facts = facts
    this.#events.onFacts(facts)
  }

  #onBytes(bytes: Uint8Array): void {
    if (this.#drawing > 0) {
      this.#drawing -= bytes.length
      this.#terminal.write(bytes, () => undefined)
      return
    }
    const offset = (this.#offset ?? 0) + bytes.length
    this.#offset = offset
    this.#terminal.write(bytes, () => {
      if (offset <= this.#rendered) return // of before a drawing
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
    if (this.#transport?.open === true) this.#transport.send(JSON.stringify(message))
  }

  /** Types into the console; while the connection is lost it is kept. */
  type(bytes: Uint8Array): void {
    if (this.#over || bytes.length === 0 || this.#wish.mode === 'watch') return
    if (bytes.length === 1 && bytes[0] === CTRL_C) this.#input.dropUnsent()
    if (this.#input.push(bytes)) this.#flushInput()
    else this.#events.onInputRefused()
  }

  #flushInput(): void {
    const transport = this.#transport
    if (!this.#attached || transport?.open !== true) return
    const now = performance.now()
    for (const piece of this.#input.take()) transport.send(piece)
    this.#deafTimer ??= setTimeout(() => {
      this.#deafTimer = undefined
      if (this.#transport === transport && this.#heardAt < now && this.#input.waitingBytes > 0) this.#drop(true)
    }, DEAF_MS)
  }

  /** The pane changed. */
  paneChanged(): void {
    const { cols, rows } = this.#terminal.paneSize()
    if (this.#over) this.#terminal.resize(cols, rows) // nobody else is asked any more
    else if (this.#attached) this.#send({ type: 'resize', cols, rows })
  }

  /** The console takes its size from this pane alone, or again from the smallest. */
  drive(on: boolean): void {
    if (this.#attached) this.#send({ type: 'drive', on })
  }

  dispose(): void {
    this.#disposed = true
    this.#clearTimers()
    const transport = this.#transport
    this.#transport = undefined
    transport?.close()
  }
}

/** A version 4 UUID; crypto.randomUUID is not there on plain http away from localhost. */
function randomUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
