import type { HostCommand } from './host/host-access.ts'

/** Options that a command may carry; the rest of its words are names and values. */
type Options = readonly `-${string}`[]

/**
 * Everything that this service ever starts on the host, by its first word; nothing else is started, whatever a driver
 * asks for (run-command.ts). docs/security.md shows the same table, and a test compares them. What is not in it: export
 * and import of jails, exec, chroot and console of iocage (consoles are jexec on a pty), updates, plugins.
 */
export const ALLOWED_COMMANDS = {
  iocage: {
    '--version': [],
    activate: [],
    create: ['-n', '-r', '-t', '-e'],
    destroy: ['-f'],
    fetch: ['-s', '-d', '-r'],
    get: ['-p'],
    restart: [],
    set: [],
    start: [],
    stop: [],
  },
  jls: { '--libxo': ['-v'] },
  ifconfig: { '': [] },
  // Destroys what an older iocage left half-made and cannot remove itself (plan-destroy.ts).
  zfs: { destroy: ['-r'], get: ['-H', '-p', '-o'], list: ['-H', '-p', '-t', '-o', '-r'] },
  zpool: { list: ['-H', '-p', '-o'] },
} as const satisfies Record<Exclude<HostCommand, 'jexec'>, Record<string, Options>>

/** Tells a dead service's command from another process (leftover-process.ts). */
const PS = '/bin/ps'
/** Compiles the consoles' launcher from a source of ours (pty.ts). */
export const CC = '/usr/bin/cc'
/** Gives a console the jail's routing table (console-argv.ts). */
const SETFIB = '/usr/sbin/setfib'

/** Whether the service may start this. */
export type AllowsCommand = (argv: readonly string[]) => boolean

/** The table for a host whose commands are at these places. */
export function allowedCommands(places: Readonly<Record<HostCommand, string>>): AllowsCommand {
  const tables = new Map<string, Readonly<Record<string, Options>>>(
    Object.entries(ALLOWED_COMMANDS).map(([command, table]) => [
      places[command as keyof typeof ALLOWED_COMMANDS],
      table,
    ]),
  )
  const allows: AllowsCommand = ([program = '', ...words]) => {
    if (!program.startsWith('/') || words.some((word) => word.includes('\0'))) return false
    if (program === places.jexec) return entersJail(words)
    if (program === PS) return matches(words, [/^-o$/, /^lstart=$/, /^-p$/, /^\d+$/])
    if (program === CC) return matches(words, [/^-O2$/, /^-o$/, /^\/.+\.part$/, /^\/.+\.c$/])
    if (program === SETFIB)
      return /^\d{1,5}$/.test(words[0] ?? '') && words[1] === places.jexec && allows(words.slice(1))
    const table = tables.get(program)
    const [first = '', ...rest] = words
    const options = table !== undefined && Object.hasOwn(table, first) ? table[first] : undefined
    if (options === undefined || (first === '' && words.length > 0)) return false
    const end = rest.indexOf('--')
    const beforeEnd = end < 0 ? rest : rest.slice(0, end)
    // iocage takes ALL for every jail, wherever a name may stand.
    return (
      beforeEnd.every((word) => !word.startsWith('-') || (options as readonly string[]).includes(word)) &&
      !(program === places.iocage && rest.includes('ALL'))
    )
  }
  return allows
}

const matches = (words: readonly string[], patterns: readonly RegExp[]): boolean =>
  words.length === patterns.length && patterns.every((pattern, at) => pattern.test(words[at] ?? ''))

/** jexec(8): `-l`, a user, the jail's name, and then whatever runs inside of it. */
function entersJail(words: readonly string[]): boolean {
  let at = 0
  while (words[at]?.startsWith('-') === true) {
    const option = words[at]
    if (option !== '-l' && option !== '-u' && option !== '-U') return false
    at += option === '-l' ? 1 : 2
  }
  return words.length >= at + 2
}
