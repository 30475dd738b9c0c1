import type { IncomingMessage } from 'node:http'
import { isProgram } from './pipe.ts'

export interface Refusal {
  status: number
  message: string
}

export interface RequestGate {
  /** Why a request does not get any further; undefined: it may. */
  refusal(request: IncomingMessage): Refusal | undefined
  /** The same for a WebSocket upgrade, where the origin must always be given. */
  upgradeRefusal(request: IncomingMessage): Refusal | undefined
  /** The visitor's address: the peer's, or what a reverse proxy on this machine says of it. */
  addressOf(request: IncomingMessage): string
}

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])
const READING = new Set(['GET', 'HEAD'])

/**
 * Who may talk to the panel at all (security.md, T2 and T7): the Host must be one of ours before Next sees the request,
 * which ends DNS rebinding and requests steered by Host; whatever is not a plain read must come from our own pages.
 */
export function createRequestGate(origins: readonly string[], { proxied: mayBeProxied = true } = {}): RequestGate {
  const byHost = new Map(origins.map((origin) => [new URL(origin).host, origin]))
  const proxied = mayBeProxied && origins.some((origin) => origin.startsWith('https:'))

  const originOf = (request: IncomingMessage) => byHost.get(request.headers.host ?? '')
  const strange = (request: IncomingMessage): Refusal | undefined =>
    originOf(request) === undefined
      ? {
          status: 421,
          message: `This panel answers at ${origins.join(' and ')} only. Start it with --origin to change that.`,
        }
      : undefined
  const foreign = (request: IncomingMessage): Refusal | undefined =>
    request.headers.origin === originOf(request)
      ? undefined
      : { status: 403, message: 'This request did not come from the panel’s own pages.' }

  return {
    refusal(request) {
      const refused = strange(request)
      if (refused !== undefined) return refused
      // A program with a token of its own is no page: no browser adds that header by itself, as it does a cookie.
      if (isProgram(request.headers) && request.url?.startsWith('/api/call/') && request.headers.origin === undefined)
        return undefined
      if (!READING.has(request.method ?? '')) return foreign(request)
      // Reads of data by other sites' pages: browsers that send this header say so.
      const site = request.headers['sec-fetch-site']
      if (request.url?.startsWith('/api/') && site !== undefined && site !== 'same-origin' && site !== 'none')
        return { status: 403, message: 'This request did not come from the panel’s own pages.' }
      return undefined
    },
    upgradeRefusal: (request) => strange(request) ?? foreign(request),
    addressOf(request) {
      const peer = request.socket.remoteAddress ?? ''
      // An https origin is served by a reverse proxy on this machine; the last entry is the one it wrote itself.
      if (proxied && LOOPBACK.has(peer)) {
        const forwarded = request.headers['x-forwarded-for']
        const last = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).split(',').at(-1)?.trim()
        if (last !== undefined && last !== '') return last
      }
      return peer.replace(/^::ffff:/, '')
    },
  }
}
