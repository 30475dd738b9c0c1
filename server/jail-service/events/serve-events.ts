import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServiceEvent } from '@/lib/events.ts'
import type { AccountChange, Visitor } from '../accounts/accounts.ts'
import type { EventHub } from './event-hub.ts'

/** Each so often it is said again where the stream stands, in milliseconds: to proxies, and to pages that else hear nothing. */
const HEARTBEAT_MS = 10_000
/** Sessions end by time, too: looked at each so often, in milliseconds (security.md, T8: within 2 s). */
const SWEEP_MS = 2_000
/** A page that takes no more data is let go beyond this many bytes; it comes back and catches up. */
const UNSENT_MAX_BYTES = 1024 * 1024
const STREAMS_PER_USER = 60
const STREAMS_MAX = 2_000

interface Stream {
  visitor: Visitor
  response: ServerResponse
  unsubscribe: () => void
}

export interface EventDeps {
  hub: EventHub
  hostId: string
  authenticate: (cookie: string | undefined) => Promise<Visitor | undefined>
  sessionIsGood: (sessionId: string) => boolean
  /** An event as this user may see it. */
  narrow: (event: ServiceEvent, actor: Visitor['actor']) => ServiceEvent
  onAccountChange: (listener: (change: AccountChange) => void) => () => void
}

/** Serves the event stream to every open page, as long as its session lasts. */
export function createEventStreams({ hub, hostId, authenticate, sessionIsGood, narrow, onAccountChange }: EventDeps) {
  const streams = new Set<Stream>()

  /** Tells a page that its session is not what it was, and lets it come back with what it has now. */
  const dismiss = (stream: Stream) => {
    write(stream.response, { type: 'session.changed', epoch: hub.epoch, seq: hub.seq, host: hostId })
    stream.response.end()
  }
  const stopListening = onAccountChange(({ userId, sessionIds }) => {
    for (const stream of streams) {
      const { sessionId, actor } = stream.visitor
      if (actor.userId === userId && (sessionIds === null || sessionIds.includes(sessionId))) dismiss(stream)
    }
  })
  const heartbeat = setInterval(() => {
    for (const { response } of streams) write(response, { type: 'hello', epoch: hub.epoch, seq: hub.seq, host: hostId })
  }, HEARTBEAT_MS)
  const sweeper = setInterval(() => {
    for (const stream of streams) if (!sessionIsGood(stream.visitor.sessionId)) dismiss(stream)
  }, SWEEP_MS)

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const visitor = await authenticate(request.headers.cookie)
    if (visitor === undefined) return refuse(response, 401)
    const own = [...streams].filter((stream) => stream.visitor.actor.userId === visitor.actor.userId)
    if (own.length >= STREAMS_PER_USER || streams.size >= STREAMS_MAX) return refuse(response, 503)
    if (response.destroyed) return
    response.writeHead(200, {
      ...{ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
    })
    // From here on nothing waits: no event can fall between the greeting and the subscription.
    const missed = missedSince(request.headers['last-event-id'])
    response.write('retry: 1000\n\n')
    write(response, { type: 'hello', epoch: hub.epoch, seq: hub.seq - (missed?.length ?? 0), host: hostId })
    for (const event of missed ?? []) write(response, narrow(event, visitor.actor))
    const unsubscribe = hub.subscribe((event) => {
      if (response.writableLength > UNSENT_MAX_BYTES) response.destroy()
      else write(response, narrow(event, visitor.actor))
    })
    const stream: Stream = { visitor, response, unsubscribe }
    streams.add(stream)
    response.once('close', () => {
      unsubscribe()
      streams.delete(stream)
    })
  }

  /** What a page that was away for a moment has not seen; undefined when it has to begin anew. */
  function missedSince(id: string | string[] | undefined): ServiceEvent[] | undefined {
    const found = typeof id === 'string' ? /^([^:]+):(\d{1,15})$/.exec(id) : null
    return found?.[1] === undefined ? undefined : hub.since(found[1], Number(found[2]))
  }

  return {
    serve: (request: IncomingMessage, response: ServerResponse): void => {
      serve(request, response).catch(() => refuse(response, 503))
    },
    /** Ends all streams, for the end of the service. */
    stop(): void {
      clearInterval(heartbeat)
      clearInterval(sweeper)
      stopListening()
      for (const { response } of streams) response.end()
    },
  }
}

function write(response: ServerResponse, event: ServiceEvent): void {
  if (!response.writableEnded) response.write(`id: ${event.epoch}:${event.seq}\ndata: ${JSON.stringify(event)}\n\n`)
}

function refuse(response: ServerResponse, status: number): void {
  if (response.headersSent) return void response.destroy()
  response.writeHead(status, { 'content-length': 0, 'cache-control': 'no-store' }).end()
}
