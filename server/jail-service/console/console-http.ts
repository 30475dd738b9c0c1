import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { CLIENT_FRAME_MAX_BYTES } from '@/lib/console-protocol.ts'
import { FRAMES_MAX_BYTES, unpackFrames } from '@/lib/console-stream.ts'
import type { ConsoleConnection, ConsoleConnectionDeps, ConsoleVisitor } from './console-connection.ts'
import { createConsoleConnection } from './console-connection.ts'
import { DEAD_MS } from './console-socket.ts'

/** Between comments that keep the answer flowing, in milliseconds. */
const COMMENT_MS = 15_000
/** Some proxies pass on nothing before they have this much, in bytes. */
const PADDING_BYTES = 2_048
const CHANNELS_MAX = 128

interface Channel {
  sessionId: string
  connection: ConsoleConnection
  response: ServerResponse
  lastSign: number
  /** Number of the next request. */
  next: number
}

export interface ConsoleHttpDeps extends ConsoleConnectionDeps {
  authenticate(request: IncomingMessage): Promise<ConsoleVisitor | undefined>
}

/**
 * The console's frames over plain requests (lib/console-stream.ts): POST PATH opens a channel and is answered by a stream
 * of events; POST PATH/CHANNEL?n=N brings frames, one request after the other.
 */
export class ConsoleHttp {
  readonly #deps: ConsoleHttpDeps
  readonly #channels = new Map<string, Channel>()
  readonly #timer: NodeJS.Timeout

  constructor(deps: ConsoleHttpDeps) {
    this.#deps = deps
    this.#timer = setInterval(() => this.#look(), COMMENT_MS)
    this.#timer.unref()
  }

  async serve(channelId: string | undefined, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const visitor = await this.#deps.authenticate(request)
    if (visitor === undefined) return refuse(response, 401)
    if (channelId === undefined) return this.#open(visitor, response)
    const channel = this.#channels.get(channelId)
    if (channel === undefined || channel.sessionId !== visitor.sessionId) return refuse(response, 404)
    const body = await readBody(request)
    const frames = body && unpackFrames(body, CLIENT_FRAME_MAX_BYTES)
    const n = Number(new URL(request.url ?? '', 'http://service').searchParams.get('n'))
    // Out of order or cut: the client opens another channel and goes on where both sides know that they are.
    if (frames === undefined || n !== channel.next) {
      channel.response.end()
      return refuse(response, 400)
    }
    channel.next += 1
    channel.lastSign = performance.now()
    for (const { isBinary, bytes } of frames) channel.connection.receive(Buffer.from(bytes), isBinary)
    response.writeHead(204, { 'cache-control': 'no-store' }).end()
  }

  stop(): void {
    clearInterval(this.#timer)
    for (const { response } of this.#channels.values()) response.destroy()
  }

  #open(visitor: ConsoleVisitor, response: ServerResponse): void {
    if (this.#channels.size >= CHANNELS_MAX) return refuse(response, 503)
    const id = randomBytes(24).toString('base64url')
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write(`: ${'-'.repeat(PADDING_BYTES)}\n\nevent: channel\ndata: ${id}\n\n`)
    const connection = createConsoleConnection(
      {
        get open() {
          return !response.writableEnded && !response.destroyed
        },
        sendBytes: (bytes) => void response.write(`event: bytes\ndata: ${bytes.toString('base64')}\n\n`),
        sendText: (text) => void response.write(`event: frame\ndata: ${text}\n\n`),
        close: () => response.end(),
      },
      visitor,
      this.#deps,
      () => undefined,
    )
    const { sessionId } = visitor
    this.#channels.set(id, { sessionId, connection, response, lastSign: performance.now(), next: 0 })
    response.on('error', () => response.destroy())
    response.on('close', () => {
      this.#channels.delete(id)
      connection.closed()
    })
  }

  #look(): void {
    const now = performance.now()
    for (const { response, lastSign } of this.#channels.values())
      if (now - lastSign > DEAD_MS) response.destroy()
      else response.write(':\n\n')
  }
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', connection: 'close' })
  response.end('{}')
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > FRAMES_MAX_BYTES) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts, size)
}
