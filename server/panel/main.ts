import { existsSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import http from 'node:http'
import https from 'node:https'
import path from 'node:path'
import { CLIENT_ADDRESS_HEADER } from '@/lib/contract/wire.ts'
import { giveUpRoot } from './give-up-root.ts'
import type { PanelOptions } from './options.ts'
import { readPanelOptions } from './options.ts'
import { createPipe, refuseCall } from './pipe.ts'
import { createRequestGate } from './request-gate.ts'
import { PARTIAL_HEADER } from './requested-path.ts'
import { setSecurityHeaders, strictTransport } from './security-headers.ts'

/** How long open requests may take to end when asked to, in milliseconds. */
const PATIENCE_MS = 3_000
/** How Next's own standalone server hands its configuration on. */
const CONFIG_VARIABLE = '__NEXT_PRIVATE_STANDALONE_CONFIG'

function say(message: string): void {
  process.stderr.write(`cellblock panel: ${message}\n`)
}

function stop(error: unknown): never {
  say(error instanceof Error ? error.message : String(error))
  process.exit(1)
}

/** Where the pages are: beside this file in the built tree, else the repository. */
function findApp(dev: boolean): string {
  const built = path.join(import.meta.dirname, '.next/required-server-files.json')
  if (dev || !existsSync(built)) return path.resolve(import.meta.dirname, '../..')
  // Without its configuration Next looks for its build tools, which a built tree does not have.
  const { config } = JSON.parse(readFileSync(built, 'utf8')) as { config: unknown }
  process.env[CONFIG_VARIABLE] = JSON.stringify(config)
  return import.meta.dirname
}

async function prepareNext(options: PanelOptions, shadow: http.Server) {
  const dir = findApp(options.dev)
  process.chdir(dir)
  process.env.CELLBLOCK_SOCKET = options.socket
  const { default: next } = await import('next')
  const app = next({ dev: options.dev, dir, httpServer: shadow, hostname: options.host, port: options.port })
  await app.prepare()
  return app.getRequestHandler()
}

const LIMITS = { requestTimeout: 30_000, headersTimeout: 10_000, maxHeaderSize: 16 * 1024 }

/** The key is read here, while we are still root: afterwards nobody of us can. */
function createServer({ tls }: PanelOptions): http.Server {
  if (tls === undefined) return http.createServer(LIMITS)
  try {
    return https.createServer({
      ...LIMITS,
      cert: readFileSync(tls.cert),
      key: readFileSync(tls.key),
      minVersion: 'TLSv1.2',
    })
  } catch (cause) {
    throw new Error(`the certificate ${tls.cert} with the key ${tls.key} cannot be used`, { cause })
  }
}

function main(options: PanelOptions): void {
  const gate = createRequestGate(options.origins, { proxied: options.tls === undefined })
  const pipe = createPipe(options.socket)
  // Never for localhost: every other server of this machine would have to speak TLS for a year, too.
  const secure = options.origins.some(
    (origin) => origin.startsWith('https:') && !/^https:\/\/(localhost|127\.)/.test(origin),
  )
  const transport = secure ? strictTransport({ subdomains: options.hstsSubdomains }) : undefined
  const server = createServer(options)
  // Next hangs its upgrade listener on the server that it is given: this one never listens, so ours sees every upgrade first.
  const shadow = http.createServer()
  let handle: Promise<(request: IncomingMessage, response: ServerResponse) => Promise<void>>

  /** Requests that come before Next is ready wait for it. */
  async function render(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const next = await handle
      await next(request, response)
    } catch {
      refuseCall(response, 500, 'internal', 'The panel could not answer.')
    }
  }

  server.on('request', (request, response) => {
    setSecurityHeaders(response, transport)
    const refused = gate.refusal(request)
    if (refused !== undefined) return refuseCall(response, refused.status, 'forbidden', refused.message)
    const address = gate.addressOf(request)
    if (pipe.request(request, response, address)) return
    // What only we or a proxy in front of us may say.
    for (const name of Object.keys(request.headers))
      if (/^(x-cellblock-|x-forwarded-|x-middleware-|x-nonce|forwarded$)/.test(name)) delete request.headers[name]
    request.headers[CLIENT_ADDRESS_HEADER] = address
    if ('rsc' in request.headers || 'next-action' in request.headers) request.headers[PARTIAL_HEADER] = '1'
    void render(request, response)
  })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    const refused = gate.upgradeRefusal(request)
    if (refused !== undefined)
      return void socket.end(`HTTP/1.1 ${refused.status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    if (options.dev && request.url?.startsWith('/_next/')) {
      if (!shadow.emit('upgrade', request, socket, head)) socket.destroy()
      return
    }
    pipe.upgrade(request, socket, head, gate.addressOf(request))
  })

  server.on('error', stop)
  server.listen(options.port, options.host, () => {
    try {
      giveUpRoot(options)
    } catch (error) {
      stop(error)
    }
    handle = prepareNext(options, shadow)
    handle.then(() => say(`answering at ${options.origins.join(', ')}`), stop)
  })

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      server.close(() => process.exit(0))
      server.closeIdleConnections()
      setTimeout(() => process.exit(0), PATIENCE_MS).unref()
      // Event streams and consoles never end by themselves.
      setTimeout(() => server.closeAllConnections(), 200).unref()
    })
}

try {
  main(readPanelOptions(process.argv.slice(2)))
} catch (error) {
  stop(error)
}
