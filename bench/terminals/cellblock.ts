import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import { callService } from '../../e2e/start-panel.ts'
import { ACK_AFTER_MS, ACK_EVERY_BYTES, parseFrame, ServerMessage } from '../../lib/console-protocol.ts'
import { CONSOLE_PATH, SESSION_COOKIE } from '../../lib/contract/wire.ts'
import { Outlet, type Terminal, type TerminalServer } from './terminal.ts'

type Told<Type extends ServerMessage['type']> = Extract<ServerMessage, { type: Type }>

/** How a console of ours is looked at. */
export interface ConsoleWish {
  /** Through the panel's pipe and not on the service's own socket. */
  throughPanel?: boolean
  /** Another way to the service's socket. */
  port?: number
  /** A living console; a new one otherwise. */
  consoleId?: string
  /** False: nothing is ever acknowledged. */
  acknowledges?: boolean
  cols?: number
  rows?: number
}

/** The service under test: the built one, as a process of its own, in front of a jail of the sandbox. */
export interface OwnServer extends TerminalServer {
  readonly at: OwnAddress
  open(wish?: ConsoleWish): Promise<OwnTerminal>
}

/** Where the service and the panel are, and as whom a jail's consoles are opened. */
export interface OwnAddress {
  /** The service's Unix socket. */
  socket: string
  /** The panel's. */
  origin: string
  /** Of the users who open consoles in turn. */
  cookies: string[]
  jailId: string
  servicePid: number
  panelPid: number
}

type Call = (verb: string, input: unknown) => Promise<Record<string, string>>

/** A viewer of one of our consoles, with the acknowledgements of our page (lib/console-connection.ts). */
export class OwnTerminal implements Terminal {
  readonly #socket: WebSocket
  readonly #call: Call
  readonly #acknowledges: boolean
  readonly #outlet = new Outlet()
  readonly subscribe = this.#outlet.subscribe
  ready: Told<'ready'> | undefined
  screen: Told<'screen'> | undefined
  /** Bytes of the drawing that are still to come, and that came but are not rendered. */
  drawing = 0
  #drawn = 0
  #offset = 0
  #rendered = 0
  #acked = 0
  #timer: NodeJS.Timeout | undefined
  lost: string | undefined
  #leaving = false
  onTold: (message: ServerMessage) => void = () => undefined

  constructor(socket: WebSocket, call: Call, acknowledges: boolean) {
    this.#socket = socket
    this.#call = call
    this.#acknowledges = acknowledges
    socket.on('error', () => undefined) // a close follows
    socket.on('close', (code, reason) => {
      if (!this.#leaving) this.lost = `${code} ${reason.toString()}`
    })
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.#onBytes(data)
      else this.#onMessage(data.toString('utf8'))
    })
  }

  #onBytes(bytes: Buffer): void {
    if (this.drawing > 0) {
      this.drawing -= bytes.length
      this.#drawn += bytes.length
    } else this.#offset += bytes.length
    this.#outlet.deliver(bytes)
  }

  #onMessage(text: string): void {
    const message = parseFrame(ServerMessage, text)
    if (message === undefined) throw new Error(`no message of the protocol: ${text.slice(0, 200)}`)
    if (message.type === 'ready') this.ready = message
    if (message.type === 'screen') {
      this.screen = message
      this.drawing = message.bytes
      this.#drawn = 0
      this.#offset = message.offset
      this.#rendered = message.offset
      this.#acked = message.offset
    }
    this.onTold(message)
  }

  type(text: string): void {
    this.#socket.send(Buffer.from(text))
  }

  rendered(bytes: number): void {
    // A drawing is no part of the output's count.
    const ofDrawing = Math.min(this.#drawn, bytes)
    this.#drawn -= ofDrawing
    this.#rendered = Math.min(this.#offset, this.#rendered + bytes - ofDrawing)
    if (!this.#acknowledges) return
    if (this.#rendered - this.#acked >= ACK_EVERY_BYTES) this.#acknowledge()
    else this.#timer ??= setTimeout(() => this.#acknowledge(), ACK_AFTER_MS)
  }

  #acknowledge(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#rendered <= this.#acked || this.#socket.readyState !== WebSocket.OPEN) return
    this.#acked = this.#rendered
    this.#socket.send(JSON.stringify({ type: 'ack', offset: this.#acked }))
  }

  /** Ends the connection; the shell lives on. */
  async leave(): Promise<void> {
    clearTimeout(this.#timer)
    this.#leaving = true
    if (this.#socket.readyState === WebSocket.CLOSED) return
    const gone = new Promise<void>((resolve) => this.#socket.once('close', () => resolve()))
    this.#socket.close()
    await gone
  }

  get consoleId(): string {
    return this.ready?.consoleId ?? ''
  }

  async close(): Promise<void> {
    this.#leaving = true
    await this.#call('console.close', { consoleId: this.consoleId })
    await this.leave()
  }
}

/** Our consoles in a jail, opened by several users in turn; `stop` is left to whom started the service. */
export function ownServer(at: OwnAddress): OwnServer {
  const { socket: socketPath, origin, cookies, jailId } = at
  const callAs =
    (cookie: string): Call =>
    async (verb, input) => {
      const { status, body } = await callService(socketPath, verb, input, cookie)
      if (status !== 200) throw new Error(`${verb}: ${JSON.stringify(body)}`)
      return (body as { value: Record<string, string> }).value
    }
  /** Who opened which console: nobody else comes back to it. */
  const owners = new Map<string, string>()
  let turn = 0
  return {
    name: 'cellblock',
    at,
    target: { path: socketPath },
    pids: () => [at.servicePid, at.panelPid],
    async open({ throughPanel = false, port, consoleId, acknowledges = true, cols = 132, rows = 38 } = {}) {
      const wish = consoleId === undefined ? { fresh: true } : { consoleId }
      const cookie = owners.get(consoleId ?? '') ?? cookies[(turn += 1) % cookies.length] ?? ''
      const call = callAs(cookie)
      const headers = { cookie: `${SESSION_COOKIE}=${encodeURIComponent(cookie)}`, origin }
      const { ticket } = await call('console.ticket', { id: jailId, ...wish })
      const address = throughPanel
        ? `${origin.replace(/^http/, 'ws')}${CONSOLE_PATH}`
        : port === undefined
          ? `ws+unix:${socketPath}:${CONSOLE_PATH}`
          : `ws://127.0.0.1:${port}${CONSOLE_PATH}`
      const socket = new WebSocket(address, { perMessageDeflate: false, headers })
      const terminal = new OwnTerminal(socket, call, acknowledges)
      await new Promise<void>((resolve, reject) => {
        socket.on('open', () =>
          socket.send(JSON.stringify({ type: 'hello', ticket, viewer: randomUUID(), cols, rows })),
        )
        socket.on('error', reject)
        socket.on('close', (code, reason) => reject(new Error(`closed: ${code} ${reason.toString()}`)))
        terminal.onTold = (message) => {
          if (message.type === 'error') reject(new Error(message.message))
          if (message.type === 'screen') resolve()
        }
      })
      terminal.onTold = () => undefined
      owners.set(terminal.consoleId, cookie)
      return terminal
    },
    stop: () => Promise.resolve(),
  }
}
