import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:http'
import {
  CALL_BODY_MAX_BYTES,
  CLIENT_ADDRESS_HEADER,
  CONSOLE_STREAM_PATH,
  EVENTS_PATH,
  callPath,
  statusOf,
  streamPath,
} from '@/lib/contract/wire.ts'
import { errorChain } from '@/lib/errors.ts'
import { addressOf, browserKeyCookie, sessionCookie } from './accounts/session-cookie.ts'
import type { Call } from './dispatch.ts'
import type { Result } from '@/lib/result.ts'
import { BodyRefusal, readJson } from './read-json.ts'

/** Path of the answer that a supervisor asks for. */
export const HEALTH_PATH = '/health'

export interface HttpDeps {
  dispatch: (call: Call) => Promise<Result<unknown>>
  serveEvents: (request: IncomingMessage, response: ServerResponse) => void
  /** Consoles over plain requests; without a channel: a new one. */
  serveConsole: (channel: string | undefined, request: IncomingMessage, response: ServerResponse) => Promise<void>
  /** Files on their way, by ticket. */
  serveStream: (ticket: string, request: IncomingMessage, response: ServerResponse) => Promise<void>
  version: string
  log: (message: string) => void
}

/** The service's HTTP: calls, events, health. Consoles hang themselves onto its upgrades. */
export function createHttpServer({ dispatch, serveEvents, serveConsole, serveStream, version, log }: HttpDeps): Server {
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 60_000 })
  server.on('request', (request, response) => {
    answer(request, response).catch((error: unknown) => {
      log(`${request.method} ${request.url}: ${errorChain(error)}`)
      if (!response.headersSent) send(response, 500, {})
      else response.destroy()
    })
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = ''] = (request.url ?? '').split('?')
    if (request.method === 'GET' && path === EVENTS_PATH) return serveEvents(request, response)
    if (request.method === 'GET' && path === HEALTH_PATH) return send(response, 200, { ok: true, version })
    if (request.method === 'POST' && (path === CONSOLE_STREAM_PATH || path.startsWith(`${CONSOLE_STREAM_PATH}/`)))
      return serveConsole(path.slice(CONSOLE_STREAM_PATH.length + 1) || undefined, request, response)
    if (path.startsWith(streamPath(''))) return serveStream(path.slice(streamPath('').length), request, response)
    if (request.method !== 'POST' || !path.startsWith(callPath(''))) return send(response, 404, {})
    let body: unknown
    try {
      body = await readJson(request, CALL_BODY_MAX_BYTES)
    } catch (error) {
      if (!(error instanceof BodyRefusal)) throw error
      response.setHeader('connection', 'close')
      return send(response, error.status, {
        ok: false,
        error: { code: 'invalid_input', message: error.message, requestId: '' },
      })
    }
    const result = await dispatch({
      verb: path.slice(callPath('').length),
      body,
      cookie: request.headers.cookie,
      authorization: request.headers.authorization,
      address: addressOf(request.headers[CLIENT_ADDRESS_HEADER]),
      userAgent: (request.headers['user-agent'] ?? '').slice(0, 300),
      setSession: (token) => void response.appendHeader('set-cookie', sessionCookie(token)),
      setBrowserKey: (key) => void response.appendHeader('set-cookie', browserKeyCookie(key)),
    })
    if (!result.ok && result.error.retryAfterS !== undefined)
      response.setHeader('retry-after', String(result.error.retryAfterS))
    send(response, result.ok ? 200 : statusOf(result.error.code), result)
  }
  return server
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(value))
}
