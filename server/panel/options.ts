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
  /** Next's development server: never in service. */
  dev: boolean
}

/** Reads the panel's command line; throws an Error with one sentence about what is wrong with it. */
export function readPanelOptions(args: readonly string[]): PanelOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '8470' },
      host: { type: 'string', default: 'localhost' },
      socket: { type: 'string' },
      origin: { type: 'string', multiple: true, default: [] },
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
  return {
    port,
    host: values.host,
    socket: values.socket,
    origins: values.origin.length > 0 ? values.origin : [`http://localhost:${port}`, `http://127.0.0.1:${port}`],
    user: values.user,
    group: values.group ?? values.user,
    dev: values.dev,
  }
}
