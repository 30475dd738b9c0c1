import type { Jail } from '@/lib/jail.ts'

/** What a jail's configuration says about its console. */
export interface ConsoleSettings {
  dialect: 'uuid-tag' | 'name' | null
  /** Arguments of login(1), iocage's `login_flags`. */
  loginFlags: string
  /** Routing table, iocage's `exec_fib`. */
  fib: string
}

/** What whoever opens a console chose; undefined: as the jail's configuration says. */
export interface ConsoleChoice {
  /** A user of the jail; it was looked up in the jail's passwd. */
  user?: string | undefined
  /** Run by the jail's sh(1) in place of a login shell. */
  command?: string | undefined
}

/** What iocage itself would run with no settings of its own. */
export const DEFAULT_CONSOLE_SETTINGS: ConsoleSettings = { dialect: null, loginFlags: '-f root', fib: '0' }

/** The kernel's name of a jail: iocage puts `ioc-` in front and turns dots into underscores (iocage-contract 1.3). */
export function kernelName({ id }: Pick<Jail, 'id'>): string {
  const name = id.slice(id.indexOf(':') + 1)
  return id.startsWith('iocage:') ? `ioc-${name.replaceAll('.', '_')}` : name
}

const flagsOf = (loginFlags: string): string[] =>
  loginFlags.split(/\s+/).filter((flag) => flag !== '' && flag !== 'none')

/** The user of the jail that a console runs as: the chosen one, or whom the jail's `login_flags` log in (`-f NAME`). */
export function consoleUser({ loginFlags }: Pick<ConsoleSettings, 'loginFlags'>, { user }: ConsoleChoice): string {
  const flags = flagsOf(loginFlags)
  return user ?? flags[flags.indexOf('-f') + 1] ?? 'root'
}

/**
 * The command behind a console, as `iocage console` runs it in each dialect (iocage-contract, section 3): today's
 * `jexec -u root ioc-www login -p -f root`, the primer's `jexec ioc-UUID login -f root`; setfib(1) only where a routing
 * table other than the first is asked for. A chosen user takes the place of the flags; a command is run by the jail's
 * own shell as that user, in their home (jexec(8), `-l -U`).
 */
export function consoleArgv(
  jail: Pick<Jail, 'id'>,
  settings: ConsoleSettings,
  jexec: string,
  choice: ConsoleChoice = {},
): string[] {
  const { dialect, loginFlags, fib } = settings
  const table = /^[1-9]\d{0,4}$/.test(fib) ? ['/usr/sbin/setfib', fib] : []
  if (choice.command !== undefined) {
    const locale = [`LANG=${CONSOLE_ENV.LANG}`, `LC_ALL=${CONSOLE_ENV.LC_ALL}`] // -l leaves only TERM
    const enter = [jexec, '-l', '-U', consoleUser(settings, choice), kernelName(jail)]
    return [...table, ...enter, '/usr/bin/env', ...locale, '/bin/sh', '-c', choice.command]
  }
  const flags = choice.user === undefined ? flagsOf(loginFlags) : ['-f', choice.user]
  const login = dialect === 'name' ? ['login', '-p', ...flags] : ['login', ...flags]
  const enter = dialect === 'name' ? [jexec, '-u', 'root', kernelName(jail)] : [jexec, kernelName(jail)]
  return [...table, ...enter, ...login]
}

/** The environment that iocage gives a console; nothing of the service's own gets into a jail. */
export const CONSOLE_ENV = {
  PATH: '/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin',
  HOME: '/',
  TERM: 'xterm-256color',
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
} as const satisfies Record<string, string>
