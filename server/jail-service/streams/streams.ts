import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { statusOf, STREAM_PIECE_MAX_BYTES } from '@/lib/contract/wire.ts'
import type { PanelErrorCode } from '@/lib/errors.ts'
import { errorChain, PanelError, toWireError } from '@/lib/errors.ts'
import { failure, success } from '@/lib/result.ts'

/** A ticket waits so long for its request, and an upload for its next piece, in milliseconds. */
const WAIT_MS = 30_000
const PIECE_WAIT_MS = 120_000

/** A file that can be fetched once. */
export interface Fetchable {
  kind: 'fetch'
  name: string
  type: string
  /** Size, where it is known. */
  bytes: number | undefined
  open(): Readable
  /** Once, with the reason when not all of it was fetched. */
  done(outcome: { bytes: number; problem: string | undefined }): void
}

/** A file that can be sent once, in pieces. */
export interface Sendable {
  kind: 'send'
  bytes: number
  /** Takes the next piece; resolves when there is room for more. */
  write(piece: Buffer): Promise<void>
  /** All pieces came. Throws what went wrong. */
  finish(): Promise<void>
  /** It will not come to an end. */
  abandon(): void
}

interface Waiting {
  sessionId: string
  offer: Fetchable | Sendable
  timer: NodeJS.Timeout
  received: number
  busy: boolean
}

/**
 * Files on their way between a browser and the host. What a ticket stands for was decided, checked and audited by a verb
 * before; here only the session that asked for it can use it, once.
 */
export class Streams {
  readonly #waiting = new Map<string, Waiting>()
  readonly #sessionOf: (request: IncomingMessage) => Promise<string | undefined>
  readonly #log: (message: string) => void

  constructor(sessionOf: (request: IncomingMessage) => Promise<string | undefined>, log: (message: string) => void) {
    this.#sessionOf = sessionOf
    this.#log = log
  }

  /** A ticket for a file, 256 bits, good for 30 s for this session. */
  offer(sessionId: string, offer: Fetchable | Sendable): string {
    const ticket = randomBytes(32).toString('base64url')
    const key = digest(ticket)
    this.#waiting.set(key, { sessionId, offer, timer: this.#expire(key, WAIT_MS), received: 0, busy: false })
    return ticket
  }

  /** Answers a request that shows a ticket. */
  async serve(ticket: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = digest(ticket)
    try {
      const sessionId = await this.#sessionOf(request)
      if (sessionId === undefined) throw new PanelError('unauthenticated', 'You are not logged in.')
      const waiting = this.#waiting.get(key)
      if (waiting === undefined || waiting.sessionId !== sessionId)
        throw new PanelError('not_found', 'This address was used before, is too old, or was not made for you.')
      if (waiting.offer.kind === 'fetch' && request.method === 'GET')
        return await this.#send(key, waiting.offer, response)
      if (waiting.offer.kind === 'send' && request.method === 'PUT')
        return await this.#receive(key, waiting, waiting.offer, request, response)
      throw new PanelError('invalid_input', 'This address is for something else.')
    } catch (error) {
      const wire = toWireError(error, 'stream')
      if (wire.code === 'internal') this.#log(`stream: ${errorChain(error)}`)
      if (response.headersSent) response.destroy()
      else answer(response, wire.code, failure(wire))
    }
  }

  /** Gives up everything that is under way. */
  stop(): void {
    for (const key of this.#waiting.keys()) this.#drop(key)
  }

  async #send(key: string, offer: Fetchable, response: ServerResponse): Promise<void> {
    clearTimeout(this.#waiting.get(key)?.timer)
    this.#waiting.delete(key)
    response.writeHead(200, {
      'content-type': offer.type,
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(offer.name)}`,
      'cache-control': 'no-store',
      ...(offer.bytes === undefined ? {} : { 'content-length': offer.bytes }),
    })
    let bytes = 0
    let problem: string | undefined
    try {
      const source = offer.open()
      source.on('data', (chunk: Buffer) => (bytes += chunk.length))
      await pipeline(source, response)
      if (offer.bytes !== undefined && bytes !== offer.bytes) problem = 'its size changed meanwhile'
    } catch (error) {
      problem = errorChain(error)
    }
    offer.done({ bytes, problem })
  }

  async #receive(
    key: string,
    waiting: Waiting,
    offer: Sendable,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (waiting.busy) throw new PanelError('busy', 'Another piece is on its way.')
    waiting.busy = true
    clearTimeout(waiting.timer)
    try {
      const piece = await readPiece(request)
      const offset = Number(new URL(request.url ?? '', 'http://service').searchParams.get('offset'))
      // A piece whose answer was lost comes again: it is there already.
      const again = offset + piece.length === waiting.received && piece.length > 0 && offset < waiting.received
      if (!again) {
        if (offset !== waiting.received || offset + piece.length > offer.bytes)
          throw new PanelError('conflict', `The next piece is the one at ${waiting.received}.`)
        await offer.write(piece)
        waiting.received += piece.length
      }
      const complete = waiting.received === offer.bytes
      if (complete) {
        this.#waiting.delete(key)
        await offer.finish()
      } else waiting.timer = this.#expire(key, PIECE_WAIT_MS)
      answer(response, undefined, success({ received: waiting.received, complete }))
    } catch (error) {
      if (!(error instanceof PanelError && (error.code === 'conflict' || error.code === 'invalid_input')))
        this.#drop(key)
      else if (this.#waiting.has(key)) waiting.timer = this.#expire(key, PIECE_WAIT_MS)
      throw error
    } finally {
      waiting.busy = false
    }
  }

  #expire(key: string, ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#drop(key), ms).unref()
  }

  #drop(key: string): void {
    const waiting = this.#waiting.get(key)
    if (waiting === undefined) return
    clearTimeout(waiting.timer)
    this.#waiting.delete(key)
    if (waiting.offer.kind === 'send') waiting.offer.abandon()
    else waiting.offer.done({ bytes: 0, problem: 'nobody fetched it' })
  }
}

async function readPiece(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > STREAM_PIECE_MAX_BYTES) throw new PanelError('invalid_input', 'This piece is too large.')
    parts.push(part)
  }
  return Buffer.concat(parts, size)
}

function answer(response: ServerResponse, code: PanelErrorCode | undefined, body: unknown): void {
  response.writeHead(code === undefined ? 200 : statusOf(code), {
    'content-type': 'application/json',
    'cache-control': 'no-store',
  })
  response.end(JSON.stringify(body))
}

const digest = (ticket: string): string => createHash('sha256').update(ticket).digest('base64')
