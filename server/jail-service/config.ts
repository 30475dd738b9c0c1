import { createPrivateKey, X509Certificate } from 'node:crypto'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { HostCommand } from './host/host-access.ts'
import type { SyslogTarget } from './audit/syslog.ts'
import { readOwnFile, readSecretFile } from './own-file.ts'
import { StartRefusal } from './start-refusal.ts'

export interface Config {
  socket: string
  state: string
  /** Folder that comes first in the PATH of commands; undefined on FreeBSD, where all are in the system's. */
  bin: string | undefined
  /** Single commands that are elsewhere. */
  commands: Partial<Record<HostCommand, string>>
  files: string
  panelUser: string | undefined
  /** File that names the OpenID Connect provider. */
  oidc: string | undefined
  /** File of passwords that are known from breaches. */
  breachedPasswords: string | undefined
  /** Where audit rows go besides the state folder. */
  syslog: SyslogTarget | undefined
  /** Where releases come from; undefined: FreeBSD's own server, by https. */
  mirror: URL | undefined
  /** How browsers reach the panel: passkeys are bound to it. */
  origins: readonly string[]
  parallel: number
  /** Most consoles at once on this host, and of one user; undefined: the service's own limits. */
  consoles: number | undefined
  consolesPerUser: number | undefined
  logLevel: string
}

const COMMANDS = ['iocage', 'jls', 'jexec', 'ifconfig', 'zfs', 'zpool'] as const satisfies HostCommand[]
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent']

export const USAGE = `Usage: jail-service --socket PATH --state FOLDER [options]

Cellblock's jail service: runs the jails of this host for the panel, over a Unix socket.

  --socket PATH       the Unix socket to listen on
  --state FOLDER      where accounts, jobs and the audit are kept (made if need be, mode 0700)
  --panel-user USER   name or number of the panel's user; its group may connect
  --origin URL        how browsers reach the panel (may be repeated); passkeys are bound to it
  --oidc FILE         let users in by the OpenID Connect provider that this file names
                      (docs/security.md); its answers come back to --origin
  --breached-passwords FILE
                      refuse passwords whose SHA-1 is in this sorted list, as
                      haveibeenpwned.com gives it out; nobody is asked
  --mirror URL        fetch releases from here, https://HOST or https://HOST/FOLDER-OF-RELEASES
                      (default: https://download.freebsd.org); iocage before 0.9.9
                      asks its own server, unencrypted
  --syslog URL        send the audit to tls://HOST:PORT, too; or, readable by all on the way,
                      to tcp://HOST:PORT or udp://HOST:PORT
  --syslog-ca FILE    certificates (PEM) that vouch for that HOST, for tls (default: the
                      well-known ones)
  --syslog-cert FILE, --syslog-key FILE
                      certificate and key (PEM) for a HOST that asks who sends, for tls
  --bin FOLDER        take ${COMMANDS.join(', ')} from this folder
  --iocage PATH       take one of them from elsewhere; likewise --jls, --jexec, --ifconfig,
                      --zfs, --zpool (FreeBSD's places are the default)
  --files PREFIX      where the host's file system is seen (default: /)
  --parallel N        changes that run at once, on different jails (default: 4)
  --consoles N        consoles open at once on this host (default: 64)
  --user-consoles N   consoles open at once of one user (default: 8)
  --log-level LEVEL   ${LOG_LEVELS.join(', ')} (default: info); the log goes to stderr
  --help              show this

Exit code 78: something in the set-up is wrong; the last line says what.
`

/** What the command line asks for; 'help' for --help. Throws StartRefusal in one sentence. */
export function readConfig(argv: readonly string[]): Config | 'help' {
  const text = { type: 'string' } as const
  let values: Partial<Record<string, string | boolean | (string | boolean)[]>>
  try {
    values = parseArgs({
      args: [...argv],
      strict: true,
      allowPositionals: false,
      options: {
        ...Object.fromEntries(COMMANDS.map((name) => [name, text])),
        ...{
          socket: text,
          state: text,
          bin: text,
          files: text,
          'panel-user': text,
          oidc: text,
          'breached-passwords': text,
          ...{ syslog: text, 'syslog-ca': text, 'syslog-cert': text, 'syslog-key': text },
          mirror: text,
          parallel: text,
          'log-level': text,
        },
        ...{ consoles: text, 'user-consoles': text },
        origin: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    throw new StartRefusal(`${error instanceof Error ? error.message : String(error)}. See --help.`)
  }
  if (values.help === true) return 'help'
  const valueOf = (name: string) => (typeof values[name] === 'string' ? values[name] : undefined)
  const required = (name: string) => {
    const value = valueOf(name)
    if (value === undefined || value === '') throw new StartRefusal(`--${name} is missing. See --help.`)
    return path.resolve(value)
  }
  const count = (name: string, most: number) => {
    const text = valueOf(name)
    if (text === undefined) return undefined
    const value = Number(text)
    if (!Number.isInteger(value) || value < 1 || value > most)
      throw new StartRefusal(`--${name} is a number from 1 to ${most}.`)
    return value
  }
  const origins = Array.isArray(values.origin) ? values.origin.map(String) : []
  for (const origin of origins)
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      throw new StartRefusal(
        `--origin takes scheme, host and port only, as https://jails.example.org, not “${origin}”.`,
      )
  const bin = valueOf('bin')
  const logLevel = valueOf('log-level') ?? 'info'
  if (!LOG_LEVELS.includes(logLevel)) throw new StartRefusal(`--log-level is one of ${LOG_LEVELS.join(', ')}.`)
  return {
    socket: required('socket'),
    state: required('state'),
    bin: bin === undefined ? undefined : path.resolve(bin),
    commands: Object.fromEntries(
      COMMANDS.flatMap((name) => {
        const place = valueOf(name)
        return place === undefined ? [] : [[name, path.resolve(place)]]
      }),
    ),
    files: path.resolve(valueOf('files') ?? '/'),
    panelUser: valueOf('panel-user'),
    breachedPasswords: absolute(valueOf('breached-passwords')),
    oidc: fileOf(valueOf('oidc'), origins),
    syslog: syslogOf(valueOf),
    mirror: mirrorOf(valueOf('mirror')),
    parallel: count('parallel', 64) ?? 4,
    consoles: count('consoles', 10_000),
    consolesPerUser: count('user-consoles', 10_000),
    origins,
    logLevel,
  }
}

const absolute = (file: string | undefined): string | undefined => (file === undefined ? undefined : path.resolve(file))

function fileOf(file: string | undefined, origins: readonly string[]): string | undefined {
  if (file !== undefined && origins.length === 0)
    throw new StartRefusal('--oidc needs --origin: the provider sends browsers back to it.')
  return absolute(file)
}

function syslogOf(valueOf: (name: string) => string | undefined): SyslogTarget | undefined {
  const text = valueOf('syslog')
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined
  const pemOf = <T>(name: string, read: (file: string) => string, parse: (pem: string) => T) => {
    const file = valueOf(name)
    if (file === undefined) return undefined
    if (url?.protocol !== 'tls:') throw new StartRefusal(`--${name} goes with --syslog tls://HOST:PORT.`)
    const pem = read(path.resolve(file))
    try {
      return { pem, parsed: parse(pem) }
    } catch (cause) {
      // Node takes a file that holds nothing good without a word, and trusts nobody then.
      throw new StartRefusal(`--${name}: ${file} holds none in PEM.`, { cause })
    }
  }
  const ca = pemOf('syslog-ca', readOwnFile, (pem) => new X509Certificate(pem))
  const cert = pemOf('syslog-cert', readOwnFile, (pem) => new X509Certificate(pem))
  const key = pemOf('syslog-key', readSecretFile, (pem) => createPrivateKey(pem))
  if (text === undefined) return undefined
  if (url === undefined || !['tls:', 'tcp:', 'udp:'].includes(url.protocol) || url.hostname === '')
    throw new StartRefusal('--syslog is tls://HOST:PORT, or in clear tcp://HOST:PORT or udp://HOST:PORT.')
  if (cert === undefined && key === undefined) return { url, ca: ca?.pem, own: undefined }
  if (cert === undefined || key === undefined || !cert.parsed.checkPrivateKey(key.parsed))
    throw new StartRefusal('--syslog-cert and --syslog-key go together: a certificate and its own key.')
  return { url, ca: ca?.pem, own: { cert: cert.pem, key: key.pem } }
}

function mirrorOf(text: string | undefined): URL | undefined {
  if (text === undefined) return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isPlain = url !== undefined && url.username + url.password + url.search + url.hash === ''
  if (url?.protocol !== 'https:' || !isPlain || !/^[\w/.~-]*$/.test(url.pathname))
    throw new StartRefusal(
      `--mirror is https://HOST or https://HOST/FOLDER-OF-RELEASES, not “${text}”: what comes unencrypted may be anybody’s.`,
    )
  return url
}
