// @ts-check
import { createHash } from 'node:crypto'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { top } from './run.mjs'
import { say, stop } from './say.mjs'

/**
 * What the jail service's Node is started with. Its young generation, 48 MiB by itself, is kept small: while a console floods
 * it was most of what the service grew by, and what idle ones seemed to take.
 */
export const SERVICE_NODE_ARGS = ['--enable-source-maps', '--max-semi-space-size=2']

export const HELP = `Usage: npm start -- [options]

Starts a sandbox jail host, the jail service and the panel, and prints one link.

  --port N          port of the panel (default 8470)
  --host ADDRESS    address to listen on (default localhost)
  --origin URL      how browsers reach it, when that is not http://localhost:PORT
                    (behind a reverse proxy: https://jails.example.org)
  --tls             speak https, with a certificate made here
  --tls-cert FILE   speak https with this certificate, and
  --tls-key FILE    its key
  --oidc FILE       let users in by an OpenID Connect provider (docs/security.md)
  --state FOLDER    where everything is kept (default .cellblock in this folder)
  --bin FOLDER      where iocage, jls, jexec, ifconfig, zfs and zpool are
                    (default: those of a sandbox, made below the state folder)
  --files FOLDER    where that host's file system is seen (default with --bin: /)
  --example         fill a new sandbox with releases, a template and a dozen jails
  --help            this text

CELLBLOCK_SANDBOX names the sandbox's folder, CELLBLOCK_IOCAGE (0.9.7 or 1.13) and
CELLBLOCK_STORAGE (folders or zfs) choose a new sandbox's iocage and storage.
Ctrl-C ends everything; accounts, jobs and jails are kept in the state folder.`

/**
 * @typedef {object} Options
 * @property {number} port
 * @property {string} host
 * @property {string[]} origins
 * @property {string} state
 * @property {string | undefined} bin
 * @property {string} files
 * @property {boolean} example
 * @property {string | undefined} oidc
 * @property {'self-made' | { cert: string, key: string } | undefined} tls
 */

/** Reads the command line; prints help or one sentence about what is wrong with it. @returns {Options} */
export function readOptions() {
  const { values } = parse()
  if (values.help) {
    say(HELP)
    process.exit(0)
  }
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    stop(`--port takes a number from 1 to 65535, not “${values.port}”.`)
  const { 'tls-cert': cert, 'tls-key': key } = values
  if ((cert === undefined) !== (key === undefined)) stop('--tls-cert and --tls-key go together.')
  const tls =
    cert !== undefined && key !== undefined
      ? { cert: path.resolve(cert), key: path.resolve(key) }
      : values.tls
        ? /** @type {const} */ ('self-made')
        : undefined
  const scheme = tls === undefined ? 'http' : 'https'
  const origins =
    values.origin === undefined
      ? ['localhost', '127.0.0.1'].map((host) => `${scheme}://${host}:${port}`)
      : [checkOrigin(values.origin)]
  if (values.example && values.bin !== undefined) stop('--example fills a sandbox; it cannot be given with --bin.')
  return {
    port,
    host: values.host,
    origins,
    state: path.resolve(values.state ?? path.join(top, '.cellblock')),
    bin: values.bin === undefined ? undefined : path.resolve(values.bin),
    files: path.resolve(values.files ?? '/'),
    example: values.example,
    tls,
    oidc: values.oidc === undefined ? undefined : path.resolve(values.oidc),
  }
}

function parse() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string', default: process.env.PORT ?? '8470' },
        host: { type: 'string', default: 'localhost' },
        origin: { type: 'string' },
        tls: { type: 'boolean', default: false },
        'tls-cert': { type: 'string' },
        'tls-key': { type: 'string' },
        oidc: { type: 'string' },
        state: { type: 'string' },
        bin: { type: 'string' },
        files: { type: 'string' },
        example: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    return stop(`${error instanceof Error ? error.message : String(error)} (npm start -- --help lists the options)`)
  }
}

/** @param {string} text */
function checkOrigin(text) {
  if (!URL.canParse(text) || new URL(text).origin !== text)
    stop(`--origin takes scheme, host and port only, as https://jails.example.org, not “${text}”.`)
  return text
}

/** Longest path of a Unix socket: sun_path of unix(4) on FreeBSD less its end. */
export const SOCKET_PATH_MAX = 103

/**
 * The user that the panel runs as when we are root: an unused number, so that it owns nothing on this machine.
 * It needs no entry in passwd.
 */
export const PANEL_UID = 64_711

/** Whether the panel is to run as somebody else than we do. */
export const separatePanelUser = () => process.getuid?.() === 0

/** Folder for what only runs: the socket. Short, since socket paths are limited. @param {string} state */
export function runFolder(state) {
  const hash = createHash('sha256').update(state).digest('hex').slice(0, 8)
  const base = process.getuid?.() === 0 ? '/run' : (process.env.XDG_RUNTIME_DIR ?? os.tmpdir())
  return path.join(base, `cellblock-${process.getuid?.() ?? 0}-${hash}`)
}
