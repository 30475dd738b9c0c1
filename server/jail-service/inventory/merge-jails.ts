import type { Jail } from '@/lib/jail.ts'
import type { DrivenJail } from '../drivers/driver.ts'
import type { RunningJail } from './parse-jls.ts'

/** Folders by which other managers of jails can be told; their jails are shown and left alone. */
const OWNERS: readonly (readonly [prefix: string, owner: string])[] = [
  ['/usr/local/bastille/', 'Bastille'],
  ['/usr/local/appjail/', 'AppJail'],
  ['/usr/jails/', 'ezjail'],
  ['/usr/local/poudriere/', 'poudriere'],
  ['/opt/pot/', 'pot'],
]

/**
 * All jails of a host: those that a driver keeps, with their state from the kernel, and after them those that only the
 * kernel knows. One row an id.
 */
export function mergeJails(host: string, driven: readonly DrivenJail[], running: readonly RunningJail[]): Jail[] {
  const byName = new Map(running.map((jail) => [jail.name, jail]))
  const claimed = new Set<RunningJail>()
  const rows = new Map<string, Jail>()
  for (const { jail, kernelName } of driven) {
    const runs = byName.get(kernelName)
    if (runs !== undefined) claimed.add(runs)
    // For a moment a jail may stand in two folders (it becomes a template): the readable one counts.
    if (rows.get(jail.id) !== undefined && jail.state === 'unreadable') continue
    rows.set(jail.id, {
      ...jail,
      host,
      jid: runs?.jid ?? null,
      state: jail.state === 'unreadable' ? 'unreadable' : runs === undefined ? 'down' : 'up',
    })
  }
  for (const jail of running)
    if (!claimed.has(jail)) {
      const found = foundRunning(host, jail)
      rows.set(found.id, found)
    }
  return [...rows.values()]
}

function foundRunning(host: string, { name, jid, hostname, path, ip4, ip6 }: RunningJail): Jail {
  const owner = OWNERS.find(([prefix]) => path.startsWith(prefix))?.[1]
  const address = (address: string) => ({ interface: null, address, prefix: null })
  return {
    id: `kernel:${encodeURIComponent(name).slice(0, 200)}`,
    host,
    driver: null,
    kind: 'jail',
    tag: name,
    uuid: null,
    guid: null,
    state: 'up',
    jid,
    release: null,
    ip4: ip4.map(address),
    ip6: ip6.map(address),
    boot: false,
    source: null,
    hostHostname: hostname,
    vnet: false,
    notes: '',
    lastStarted: null,
    problem: null,
    readOnly:
      owner === undefined
        ? `${name} was not made by iocage, and who made it cannot be told. Change it with what started it: jail(8), or its own tool.`
        : `${name} looks like a jail of ${owner} (its root is ${path}). Change it with that tool.`,
  }
}
