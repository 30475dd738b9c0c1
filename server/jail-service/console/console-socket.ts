import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { RawData, WebSocket } from 'ws'
import { CLIENT_FRAME_MAX_BYTES } from '@/lib/console-protocol.ts'
import { CONSOLE_PATH } from '@/lib/contract/wire.ts'
import { errorChain } from '@/lib/errors.ts'
import type { ConsoleConnectionDeps, ConsoleVisitor } from './console-connection.ts'
import { createConsoleConnection } from './console-connection.ts'

/** Below the 30 s after which proxies cut idle connections, in milliseconds. */
export const PING_MS = 20_000
/** No answer to pings for this long: the other side is gone, in milliseconds. */
export const DEAD_MS = 45_000
/** Connections that have not shown a ticket yet. */
const UNKNOWN_MAX = 64

export interface ConsoleUpgradeDeps extends ConsoleConnectionDeps {
  /** The session that the request's cookie belongs to; undefined when it is none. */
  authenticate(request: IncomingMessage): Promise<ConsoleVisitor | undefined>
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

/** One WebSocket from its upgrade to its end. */
function serve(socket: WebSocket, visitor: ConsoleVisitor, deps: ConsoleUpgradeDeps, onKnown: () => void): void {
  let lastSign = performance.now()
  const connection = createConsoleConnection(
    {
      get open() {
        return socket.readyState === socket.OPEN
      },
      sendBytes: (bytes) => socket.send(bytes, { binary: true }),
      sendText: (text) => socket.send(text, { binary: false }),
      close: (code, reason) => socket.close(code, reason),
    },
    visitor,
    deps,
    onKnown,
  )
  const pinger = setInterval(() => {
    if (performance.now() - lastSign > DEAD_MS) socket.terminate()
    else socket.ping()
  }, PING_MS)
  socket.on('pong', () => (lastSign = performance.now()))
  socket.on('error', () => undefined) // ws closes the connection with the right code itself: too large, not UTF-8
  socket.on('message', (data: RawData, isBinary: boolean) => {
    lastSign = performance.now()
    connection.receive(data as Buffer, isBinary) // binaryType is nodebuffer
  })
  socket.on('close', () => {
    clearInterval(pinger)
    connection.closed()
  })
}
