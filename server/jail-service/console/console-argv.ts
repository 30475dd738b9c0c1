import type { Jail } from '@/lib/jail.ts'

/** What a jail's configuration says about its console. */
export interface ConsoleSettings {
  dialect: 'uuid-tag' | 'name' | null
  /** Arguments of login(1), iocage's `login_flags`. */
  loginFlags: string
  /** Routing table, iocage's `exec_fib`. */
  fib: string
}

/** What iocage itself would run with no settings of its own. */
export const DEFAULT_CONSOLE_SETTINGS: ConsoleSettings = { dialect: null, loginFlags: '-f root', fib: '0' }

/** The kernel's name of a jail: iocage puts `ioc-` in front and turns dots into underscores (iocage-contract 1.3). */
export function kernelName({ id }: Pick<Jail, 'id'>): string {
  const name = id.slice(id.indexOf(':') + 1)
  return id.startsWith('iocage:') ? `ioc-${name.replaceAll('.', '_')}` : name
}

/**
 * The command behind a console, as `iocage console` runs it in each dialect (iocage-contract, section 3): today's
 * `jexec -u root ioc-www login -p -f root`, the primer's `jexec ioc-UUID login -f root`; setfib(1) only where a routing
 * table other than the first is asked for.
 */
export function consoleArgv(
  jail: Pick<Jail, 'id'>,
  { dialect, loginFlags, fib }: ConsoleSettings,
  jexec: string,
): string[] {
  const flags = loginFlags.split(/\s+/).filter((flag) => flag !== '' && flag !== 'none')
  const login = dialect === 'name' ? ['login', '-p', ...flags] : ['login', ...flags]
  const enter = dialect === 'name' ? [jexec, '-u', 'root', kernelName(jail)] : [jexec, kernelName(jail)]
  const table = /^[1-9]\d{0,4}$/.test(fib) ? ['/usr/sbin/setfib', fib] : []
  return [...table, ...enter, ...login]
}

/** The environment that iocage gives a console; nothing of the service's own gets into a jail. */
export const CONSOLE_ENV: Readonly<Record<string, string>> = {
  PATH: '/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin',
  HOME: '/',
  TERM: 'xterm-256color',
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
}
