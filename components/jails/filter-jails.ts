import { parseIp4 } from '@/lib/addresses.ts'
import type { Jail } from '@/lib/jail.ts'

/** Which jails by how they stand: `changing` while a job is about them, `attention` when something is wrong. */
export const jailGroups = ['up', 'down', 'changing', 'attention'] as const
export type JailGroup = (typeof jailGroups)[number]

const texts = new WeakMap<Jail, string>()

/** What the filter looks into: tag, addresses, UUID, release, source, host name, notes. Kept while the jail is the same. */
function searchText(jail: Jail): string {
  const known = texts.get(jail)
  if (known !== undefined) return known
  const { tag, uuid, release, ip4, ip6, source, hostHostname, notes, jid } = jail
  const text = [
    tag,
    uuid,
    release,
    ...[...ip4, ...ip6].map(({ interface: nic, address, prefix }) => `${nic ?? ''}|${address}/${prefix ?? ''}`),
    source?.name,
    hostHostname,
    notes,
    jid === null ? '' : `jid ${jid}`,
  ]
    .join('\n')
    .toLowerCase()
  texts.set(jail, text)
  return text
}

interface JailFilter {
  /** Every word of it must occur somewhere in what is known of the jail. */
  query: string
  group: JailGroup | null
}

/** The jails that a filter leaves, in the order in which they came. `isChanging`: a job is about this jail now. */
export function filterJails(
  jails: readonly Jail[],
  { query, group }: JailFilter,
  isChanging: (id: string) => boolean,
): Jail[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return jails.filter(
    (jail) =>
      (group === null || isIn(group, jail, isChanging)) && words.every((word) => searchText(jail).includes(word)),
  )
}

function isIn(group: JailGroup, jail: Jail, isChanging: (id: string) => boolean): boolean {
  switch (group) {
    case 'changing':
      return isChanging(jail.id)
    case 'attention':
      return jail.problem !== null || jail.state === 'unreadable'
    case 'up':
    case 'down':
      return jail.state === group
  }
}

/** Order of names as people count: `web2` before `web10`. */
const names = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
export const byName = (a: string, b: string): number => names.compare(a, b)

/** Order of jails by their first IPv4 address as a number; those without one come last, DHCP before them. */
export function byAddress(a: Pick<Jail, 'ip4'>, b: Pick<Jail, 'ip4'>): number {
  return addressOrder(a) - addressOrder(b)
}

function addressOrder({ ip4: [first] }: Pick<Jail, 'ip4'>): number {
  if (first === undefined) return 2 ** 33
  return parseIp4(first.address) ?? 2 ** 32
}

const stateOrder: Record<Jail['state'], number> = { unreadable: 0, up: 1, down: 2 }
/** Order of states: what needs attention first, then what runs. */
export const byState = (a: Pick<Jail, 'state'>, b: Pick<Jail, 'state'>): number =>
  stateOrder[a.state] - stateOrder[b.state]
