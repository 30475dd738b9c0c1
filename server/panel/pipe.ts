import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import http from 'node:http'
import net from 'node:net'
import type { Duplex } from 'node:stream'
import { FRAMES_MAX_BYTES } from '@/lib/console-stream.ts'
import { isReadVerb, isVerbName } from '@/lib/contract/verbs.ts'
import {
  CALL_BODY_MAX_BYTES,
  callPath,
  CLIENT_ADDRESS_HEADER,
  CONSOLE_PATH,
  EVENTS_PATH,
  STREAM_PIECE_MAX_BYTES,
} from '@/lib/contract/wire.ts'
import type { WireError } from '@/lib/errors.ts'

/** Headers of a visitor that the service gets to see; the rest, and all that only we may say, is dropped. */
const PASSED_ON = ['cookie', 'user-agent', 'content-type', 'content-length', 'last-event-id', 'accept'] as const
/** Whether a program calls with an API token: it then comes without a cookie, and from no page. */
export const isProgram = (headers: IncomingHttpHeaders): boolean => /^Bearer /i.test(headers.authorization ?? '')

/** Headers of an answer that the visitor gets to see. */
const PASSED_BACK = ['content-type', 'content-length', 'content-disposition', 'retry-after', 'set-cookie'] as const
/** Headers of a WebSocket handshake (RFC 6455, 4.1). */
const HANDSHAKE = [
  'upgrade',
  'connection',
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-protocol',
  'cookie',
  'user-agent',
  'origin',
] as const

export interface Pipe {
  /** Serves a request below /api/ over the service's socket; false: it is none of ours. */
  request(request: IncomingMessage, response: ServerResponse, address: string): boolean
  /** Connects a WebSocket to the service. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, address: string): void
}

const pick = (headers: IncomingHttpHeaders, names: readonly string[]): OutgoingHttpHeaders =>
  Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])))

/** Answers with a WireError, as the service would. */
export function refuseCall(response: ServerResponse, status: number, code: WireError['code'], message: string): void {
  const error: WireError = { code, message, requestId: '' }
  if (response.headersSent) return void response.destroy()
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify({ ok: false, error }))
}

/** The ways from the browser to the service that Next does not see: reads, events, consoles. */
export function createPipe(socketPath: string): Pipe {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 })

  /** `agent: false`: a stream holds its connection for hours and must not use up the pool. */
  function forward(
    request: IncomingMessage,
    response: ServerResponse,
    to: { method: string; path: string; headers: OutgoingHttpHeaders; agent: http.Agent | false },
  ): http.ClientRequest {
    const upstream = http.request({ socketPath, ...to })
    upstream.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, {
        ...pick(answer.headers, PASSED_BACK),
        'cache-control': 'no-store',
        // nginx buffers event streams unless told not to.
        'x-accel-buffering': 'no',
      })
      response.flushHeaders()
      answer.pipe(response)
      answer.on('error', () => response.destroy())
    })
    upstream.on('error', () => refuseCall(response, 503, 'unavailable', 'The jail service does not answer.'))
    response.on('close', () => upstream.destroy())
    request.on('error', () => upstream.destroy())
    return upstream
  }

  return {
    request(request, response, address) {
      const url = new URL(request.url ?? '/', 'http://panel')
      if (!url.pathname.startsWith('/api/')) return false
      const program = isProgram(request.headers)
      const passed = program ? PASSED_ON.map((name) => (name === 'cookie' ? 'authorization' : name)) : PASSED_ON
      const headers = { ...pick(request.headers, passed), [CLIENT_ADDRESS_HEADER]: address }

      if (url.pathname === '/api/events' && request.method === 'GET') {
        // A page that just rendered a snapshot names where it stands; a connection that broke says it by itself.
        const since = url.searchParams.get('since')
        const lastEventId = request.headers['last-event-id'] ?? since ?? undefined
        forward(request, response, {
          method: 'GET',
          path: EVENTS_PATH,
          headers: { ...headers, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
          agent: false,
        }).end()
        return true
      }

      const channel = /^\/api(\/console(?:\/[\w-]{1,100})?)$/.exec(url.pathname)?.[1]
      if (channel !== undefined && request.method === 'POST') {
        if (Number(request.headers['content-length'] ?? 0) > FRAMES_MAX_BYTES) {
          refuseCall(response, 413, 'invalid_input', 'These frames are too many.')
          return true
        }
        const n = url.searchParams.get('n')
        const path = n === null ? channel : `${channel}?n=${encodeURIComponent(n)}`
        // The channel itself is open for hours; its frames are short requests.
        const kept = n === null ? (false as const) : agent
        request.pipe(forward(request, response, { method: 'POST', path, headers, agent: kept }))
        return true
      }

      const stream = /^\/api(\/stream\/[\w-]{1,100})$/.exec(url.pathname)?.[1]
      if (stream !== undefined && (request.method === 'GET' || request.method === 'PUT')) {
        if (Number(request.headers['content-length'] ?? 0) > STREAM_PIECE_MAX_BYTES) {
          refuseCall(response, 413, 'invalid_input', 'This piece is too large.')
          return true
        }
        const offset = url.searchParams.get('offset')
        const path = offset === null ? stream : `${stream}?offset=${encodeURIComponent(offset)}`
        request.pipe(forward(request, response, { method: request.method, path, headers, agent: false }))
        return true
      }

      const verb = url.pathname.slice('/api/call/'.length)
      if (!url.pathname.startsWith('/api/call/') || !(program ? isVerbName(verb) : isReadVerb(verb))) {
        // Of pages, changes go through server actions only: no plain request with a cookie ever makes one.
        refuseCall(response, 404, 'not_found', program ? 'There is no such verb.' : 'There is no such read.')
        return true
      }
      if (request.method !== 'POST') {
        refuseCall(response, 405, 'invalid_input', 'Verbs are asked for by POST.')
        return true
      }
      const length = Number(request.headers['content-length'])
      if (!Number.isInteger(length) || length > CALL_BODY_MAX_BYTES) {
        refuseCall(response, 413, 'invalid_input', 'The request is too large, or does not say how large it is.')
        return true
      }
      request.pipe(forward(request, response, { method: 'POST', path: callPath(verb), headers, agent }))
      return true
    },

    upgrade(request, socket, head, address) {
      if (request.url?.split('?')[0] !== CONSOLE_PATH) return void socket.destroy()
      const upstream = net.connect(socketPath)
      const end = () => {
        upstream.destroy()
        socket.destroy()
      }
      for (const side of [upstream, socket]) {
        side.on('error', end)
        side.on('close', end)
      }
      upstream.on('connect', () => {
        const lines = HANDSHAKE.flatMap((name) => {
          const value = request.headers[name]
          return value === undefined ? [] : [`${name}: ${Array.isArray(value) ? value.join(', ') : value}`]
        })
        upstream.write(
          [
            `GET ${CONSOLE_PATH} HTTP/1.1`,
            'host: jail-service',
            ...lines,
            `${CLIENT_ADDRESS_HEADER}: ${address}`,
            '',
            '',
          ].join('\r\n'),
          'latin1',
        )
        if (head.length > 0) upstream.write(head)
        socket.pipe(upstream).pipe(socket)
      })
    },
  }
}
