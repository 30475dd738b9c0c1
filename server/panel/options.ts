import { parseArgs } from 'node:util'

export interface PanelOptions {
  port: number
  host: string
  /** The jail service's Unix socket. */
  socket: string
  /** Exactly how browsers reach the panel: scheme, host and port. Everything else is refused. */
  origins: readonly string[]
  /** Whom to become when started as root: a number or a name. */
  user: string | undefined
  group: string | undefined
  /** Files of the certificate and its key, for TLS of our own; undefined: plain http, or a reverse proxy's TLS. */
  tls: { cert: string; key: string } | undefined
  /** Whether browsers are told that all names below the panel's speak TLS, too. */
  hstsSubdomains: boolean
  /** Next's development server: never in service. */
  dev: boolean
}

/** Names of this machine for itself: browsers treat them as safe without TLS (W3C Secure Contexts, 3.1). */
const LOCAL = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** Reads the panel's command line; throws an Error with one sentence about what is wrong with it. */
export function readPanelOptions(args: readonly string[]): PanelOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '8470' },
      host: { type: 'string', default: 'localhost' },
      socket: { type: 'string' },
      origin: { type: 'string', multiple: true, default: [] },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
      'hsts-subdomains': { type: 'boolean', default: false },
      user: { type: 'string' },
      group: { type: 'string' },
      dev: { type: 'boolean', default: false },
    },
  })
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port takes a number, not “${values.port}”`)
  if (values.socket === undefined) throw new Error('--socket must name the socket of the jail service')
  for (const origin of values.origin)
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      throw new Error(`--origin takes scheme, host and port only, as https://jails.example.org, not “${origin}”`)
  const { 'tls-cert': cert, 'tls-key': key } = values
  if ((cert === undefined) !== (key === undefined)) throw new Error('--tls-cert and --tls-key go together')
  const tls = cert === undefined || key === undefined ? undefined : { cert, key }
  const scheme = tls === undefined ? 'http' : 'https'
  const origins =
    values.origin.length > 0 ? values.origin : ['localhost', '127.0.0.1'].map((host) => `${scheme}://${host}:${port}`)
  for (const origin of origins) {
    const { protocol, hostname } = new URL(origin)
    if (tls !== undefined && protocol === 'http:') throw new Error(`with TLS the panel is not reached at ${origin}`)
    // Browsers keep our cookie to themselves there, and everybody on the way could read the password.
    if (protocol === 'http:' && !LOCAL.test(hostname))
      throw new Error(
        `plain http is for this machine only, not for ${origin}: give --tls-cert and --tls-key, or put a reverse proxy with TLS in front`,
      )
  }
  return {
    port,
    host: values.host,
    socket: values.socket,
    origins,
    tls,
    hstsSubdomains: values['hsts-subdomains'],
    user: values.user,
    group: values.group ?? values.user,
    dev: values.dev,
  }
}
