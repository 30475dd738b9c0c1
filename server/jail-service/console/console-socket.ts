import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { RawData, WebSocket } from 'ws'
import type { Actor } from '@/lib/account.ts'
import type { ServerMessage } from '@/lib/console-protocol.ts'
import {
  CLIENT_FRAME_MAX_BYTES,
  CLIENT_FRAMES_PER_S,
  ClientMessage,
  parseFrame,
  WS_DONE,
  WS_POLICY_VIOLATION,
} from '@/lib/console-protocol.ts'
import { CONSOLE_PATH } from '@/lib/contract/wire.ts'
import { errorChain, toWireError } from '@/lib/errors.ts'
import type { ConsoleRegistry } from './console-registry.ts'
import type { ConsoleSession } from './console-session.ts'
import { FrameBudget } from './frame-budget.ts'
import type { ConsoleTickets } from './tickets.ts'
import type { Viewer, ViewerLink } from './viewer.ts'

/** A connection that does not say hello in this time is closed, in milliseconds. */
const HELLO_MS = 10_000
/** Below the 30 s after which proxies cut idle connections, in milliseconds. */
const PING_MS = 20_000
/** No answer to pings for this long: the other side is gone, in milliseconds. */
const DEAD_MS = 45_000
/** Connections that have not shown a ticket yet. */
const UNKNOWN_MAX = 64

/** Who came with the upgrade's cookie. */
export interface ConsoleVisitor {
  sessionId: string
  actor: Actor
  address: string
}

export interface ConsoleUpgradeDeps {
  consoles: ConsoleRegistry
  tickets: ConsoleTickets
  /** The session that the request's cookie belongs to; undefined when it is none. */
  authenticate(request: IncomingMessage): Promise<ConsoleVisitor | undefined>
  log(message: string): void
}

/**
 * Serves the console's WebSocket on an HTTP server: upgrades of other paths are left alone. Returns a function that ends
 * it. The session is checked before the upgrade, the ticket in the first frame.
 */
export function attachConsoleUpgrade(server: Server, deps: ConsoleUpgradeDeps): () => void {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: CLIENT_FRAME_MAX_BYTES })
  let unknown = 0
  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    if (request.url?.split('?')[0] !== CONSOLE_PATH) return
    stream.on('error', () => stream.destroy())
    if (unknown >= UNKNOWN_MAX) return refuse(stream, 503, 'Service Unavailable')
    unknown += 1
    let counted = true
    const known = () => {
      if (counted) unknown -= 1
      counted = false
    }
    stream.once('close', known)
    void upgrade(request, stream, head, known)
  }
  async function upgrade(request: IncomingMessage, stream: Duplex, head: Buffer, known: () => void): Promise<void> {
    let visitor: ConsoleVisitor | undefined
    try {
      visitor = await deps.authenticate(request)
    } catch (error) {
      deps.log(`console: a visitor could not be recognised: ${errorChain(error)}`)
      return refuse(stream, 500, 'Internal Server Error')
    }
    if (visitor === undefined) return refuse(stream, 401, 'Unauthorized')
    if (stream.destroyed) return
    const { sessionId, actor, address } = visitor
    sockets.handleUpgrade(request, stream, head, (socket) => serve(socket, { sessionId, actor, address }, deps, known))
  }
  server.on('upgrade', onUpgrade)
  return () => {
    server.off('upgrade', onUpgrade)
    for (const socket of sockets.clients) socket.terminate()
    sockets.close()
  }
}

function refuse(stream: Duplex, status: number, words: string): void {
  stream.end(`HTTP/1.1 ${status} ${words}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/** One connection from its upgrade to its end. */
function serve(socket: WebSocket, visitor: ConsoleVisitor, deps: ConsoleUpgradeDeps, onKnown: () => void): void {
  const budget = new FrameBudget(CLIENT_FRAMES_PER_S)
  let phase: 'greeting' | 'opening' | 'attached' | 'closed' = 'greeting'
  let attached: { session: ConsoleSession; viewer: Viewer } | undefined
  let lastSign = performance.now()

  const link: ViewerLink = {
    send: (bytes) => socket.send(bytes, { binary: true }),
    tell: (message) => tell(message),
    close: (code, reason) => end(code, reason),
  }
  const tell = (message: ServerMessage) => socket.send(JSON.stringify(message), { binary: false })
  function end(code: number, reason: string): void {
    phase = 'closed'
    socket.close(code, reason)
  }
  function violate(message: string): void {
    leave()
    tell({ type: 'error', code: 'invalid_input', message })
    end(WS_POLICY_VIOLATION, message)
  }
  function leave(): void {
    if (attached !== undefined) attached.session.detach(attached.viewer)
    attached = undefined
  }

  const helloTimer = setTimeout(() => violate('No hello came in time.'), HELLO_MS)
  const pinger = setInterval(() => {
    if (performance.now() - lastSign > DEAD_MS) socket.terminate()
    else socket.ping()
  }, PING_MS)
  socket.on('pong', () => (lastSign = performance.now()))
  socket.on('error', () => undefined) // ws closes the connection with the right code itself: too large, not UTF-8
  socket.on('close', () => {
    phase = 'closed'
    clearTimeout(helloTimer)
    clearInterval(pinger)
    onKnown()
    leave()
  })

  async function greet(hello: Extract<ClientMessage, { type: 'hello' }>): Promise<void> {
    const { consoles, tickets } = deps
    const { actor, sessionId, address } = visitor
    clearTimeout(helloTimer)
    phase = 'opening'
    const ticket = tickets.redeem(hello.ticket, sessionId)
    if (ticket === undefined || ticket.userId !== actor.userId) {
      tell({
        type: 'error',
        code: 'forbidden',
        message: 'This ticket was used before, is too old, or was not made for you.',
      })
      return end(WS_POLICY_VIOLATION, 'ticket refused')
    }
    try {
      const { jailId, consoleId, choice, reason, mode } = ticket
      const living = ticket.fresh ? undefined : consoles.latest(actor, jailId)
      const { cols, rows } = hello
      const session =
        consoleId === undefined
          ? (living ?? (await consoles.open(actor, { jailId, choice, reason, cols, rows, address })))
          : consoles.joinable(actor, consoleId)
      if (socket.readyState !== socket.OPEN) return
      phase = 'attached'
      onKnown()
      attached = { session, viewer: session.attach(hello, { actor, sessionId, mode }, link) }
    } catch (error) {
      const { code, message, hint } = toWireError(error, 'console')
      if (code === 'internal') deps.log(`console: could not be opened: ${errorChain(error)}`)
      tell({ type: 'error', code, message: hint === undefined ? message : `${message} ${hint}` })
      end(WS_DONE, code)
    }
  }

  socket.on('message', (data: RawData, isBinary: boolean) => {
    if (phase === 'closed') return
    lastSign = performance.now()
    if (!budget.take()) return violate('Too many frames.')
    const bytes = data as Buffer // binaryType is nodebuffer
    if (isBinary) {
      if (attached === undefined) return violate('Bytes came before hello.')
      if (attached.viewer.mode === 'watch') return violate('This view only watches.')
      if (!attached.session.input(attached.viewer, bytes)) violate('Too much input that the program does not read.')
      return
    }
    const message = parseFrame(ClientMessage, bytes.toString('utf8'))
    if (message === undefined) return violate('A control message that is none.')
    if (message.type === 'hello') {
      if (phase !== 'greeting') return violate('A second hello.')
      return void greet(message)
    }
    if (attached === undefined) return violate('The first message is hello.')
    if (message.type === 'drive') return attached.session.drive(attached.viewer, message.on)
    if (message.type === 'resize') attached.session.resize(attached.viewer, message.cols, message.rows)
    else if (!attached.session.acknowledge(attached.viewer, message.offset))
      violate('Bytes were acknowledged that were never sent.')
  })
}
