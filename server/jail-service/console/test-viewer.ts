import { randomUUID } from 'node:crypto'
import headless from '@xterm/headless'
import { WebSocket } from 'ws'
import type { ClientMessage } from '@/lib/console-protocol.ts'
import { ACK_AFTER_MS, ACK_EVERY_BYTES, parseFrame, ServerMessage } from '@/lib/console-protocol.ts'

type Told<Type extends ServerMessage['type']> = Extract<ServerMessage, { type: Type }>
type Hello = Extract<ClientMessage, { type: 'hello' }>

/** A page of the console for tests: the protocol's client side with a real terminal behind it, and nothing of React. */
export class TestViewer {
  readonly socket: WebSocket
  readonly id: string
  readonly told: ServerMessage[] = []
  readonly terminal: headless.Terminal
  /** Bytes of output (no drawings) in the order they came. */
  readonly output: Buffer[] = []
  /** Offset after the last byte received, and after the last rendered. */
  offset = 0
  rendered = 0
  closed: { code: number; reason: string } | undefined
  /** Answers to pings. */
  pongs = 0
  /** Whether rendered bytes are acknowledged. */
  acknowledges = true
  /** Longest time a render takes, in milliseconds for each 64 KiB: a slow page. */
  slowMs = 0
  #drawing = 0
  readonly #waiting = new Set<() => void>()

  constructor(
    socketPath: string,
    {
      id = randomUUID(),
      cookie = 'good',
      cols = 80,
      rows = 24,
    }: { id?: string; cookie?: string; cols?: number; rows?: number } = {},
  ) {
    this.id = id
    this.terminal = new headless.Terminal({ cols, rows, scrollback: 5_000, allowProposedApi: true, logLevel: 'off' })
    this.socket = new WebSocket(`ws+unix:${socketPath}:/ws/console`, { perMessageDeflate: false, headers: { cookie } })
    this.socket.on('message', (data: Buffer, isBinary) => this.#onFrame(data, isBinary))
    this.socket.on('pong', () => {
      this.pongs += 1
      this.#wake()
    })
    this.socket.on('error', (error) => this.#end(0, error.message))
    this.socket.on('close', (code, reason) => this.#end(code, reason.toString()))
  }

  #end(code: number, reason: string): void {
    this.closed ??= { code, reason }
    this.#wake()
  }

  #onFrame(data: Buffer, isBinary: boolean): void {
    if (!isBinary) {
      const message = parseFrame(ServerMessage, data.toString('utf8'))
      if (message === undefined) throw new Error(`no message of the protocol: ${data.toString('utf8').slice(0, 200)}`)
      this.told.push(message)
      if (message.type === 'screen') {
        this.#drawing = message.bytes
        this.offset = message.offset
        this.#acked = message.offset
        this.terminal.write('', () => this.terminal.reset())
      }
      if (message.type === 'screen' || message.type === 'size' || message.type === 'ready')
        this.terminal.write('', () => this.terminal.resize(message.cols, message.rows))
      return this.#wake()
    }
    if (this.#drawing > 0) this.#drawing -= data.length
    else {
      this.output.push(data)
      this.offset += data.length
    }
    const offset = this.offset
    const rendered = () => {
      this.rendered = offset
      if (this.rendered - this.#acked >= ACK_EVERY_BYTES) this.#acknowledge()
      else this.#ackTimer ??= setTimeout(() => this.#acknowledge(), ACK_AFTER_MS)
      this.#wake()
    }
    this.terminal.write(data, () => {
      if (this.slowMs === 0) rendered()
      else this.#later(rendered, (this.slowMs * data.length) / 65_536)
    })
  }

  #acked = 0
  #ackTimer: NodeJS.Timeout | undefined
  #acknowledge(): void {
    clearTimeout(this.#ackTimer)
    this.#ackTimer = undefined
    if (!this.acknowledges || this.socket.readyState !== WebSocket.OPEN) return
    this.#acked = this.rendered
    this.send({ type: 'ack', offset: this.rendered })
  }

  #laterAt = 0
  #later(work: () => void, ms: number): void {
    const now = performance.now()
    this.#laterAt = Math.max(this.#laterAt, now) + ms
    setTimeout(work, this.#laterAt - now)
  }

  #wake(): void {
    for (const look of this.#waiting) look()
  }

  send(message: ClientMessage | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  type(text: string): void {
    this.socket.send(Buffer.from(text))
  }

  async opened(): Promise<this> {
    await this.until(() => this.socket.readyState === WebSocket.OPEN || this.closed !== undefined, 'connected')
    return this
  }

  /** Says hello and waits for the answer. */
  async hello(ticket: string, more: Partial<Hello> = {}): Promise<Told<'ready'>> {
    await this.opened()
    if (more.offset !== undefined) this.offset = more.offset
    const { cols, rows } = this.terminal
    this.send({ type: 'hello', ticket, viewer: this.id, cols, rows, ...more })
    return this.message('ready')
  }

  /** The first message of a type, when it comes. */
  async message<Type extends ServerMessage['type']>(type: Type): Promise<Told<Type>> {
    const find = () => this.told.find((message): message is Told<Type> => message.type === type)
    await this.until(() => find() !== undefined || this.closed !== undefined, `message ${type}`)
    const found = find()
    if (found === undefined) throw new Error(`closed before ${type}: ${JSON.stringify([this.closed, this.told])}`)
    return found
  }

  /** Waits until the page shows what is looked for. */
  async until(done: () => boolean, what: string, timeoutMs = 20_000): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const finish = (error?: Error) => {
        this.#waiting.delete(look)
        this.socket.off('open', look)
        clearTimeout(timer)
        clearInterval(poll)
        if (error === undefined) resolve()
        else reject(error)
      }
      const look = () => {
        if (done()) finish()
      }
      const timer = setTimeout(
        () =>
          finish(
            new Error(
              `not seen in ${timeoutMs} ms: ${what}; screen:\n${this.screen(10)}\n${JSON.stringify(this.told.slice(-5))}`,
            ),
          ),
        timeoutMs,
      )
      const poll = setInterval(look, 20)
      this.#waiting.add(look)
      this.socket.on('open', look)
      look()
    })
  }

  /** The lines of the terminal with its scroll-back, without empty ones at the end. */
  screen(lines = Infinity): string {
    const { active } = this.terminal.buffer
    const from = Math.max(0, active.baseY + active.cursorY + 1 - lines)
    const texts = Array.from(
      { length: active.length - from },
      (_, n) => active.getLine(from + n)?.translateToString(true) ?? '',
    )
    return texts.join('\n').trimEnd()
  }

  /** Waits until a text stands on the screen or a little above. */
  shows(text: string | RegExp, timeoutMs?: number): Promise<void> {
    const there = (screen: string) => (typeof text === 'string' ? screen.includes(text) : text.test(screen))
    return this.until(() => there(this.screen(100)), String(text), timeoutMs)
  }

  leave(): void {
    this.socket.terminate()
  }
}
