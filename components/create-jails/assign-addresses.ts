import type { InterfaceNetwork } from '@/lib/addresses.ts'
import { formatIp4, ip4Problem, nextFreeIp4, parseIp4 } from '@/lib/addresses.ts'

interface Assignment {
  /** Tags of the new jails, in order. */
  tags: readonly string[]
  /** What was typed for a jail; a jail that is missing here takes the next free address. */
  typed: Readonly<Record<string, string>>
  /** The first address that the host proposes; undefined where it has none to propose. */
  first: string | undefined
  prefix: number
  /** The network that proposals are taken from. */
  network: InterfaceNetwork | undefined
  inUse: ReadonlyMap<string, string>
}

/** Several addresses of one jail, as typed: separated by commas or blanks. */
export const splitAddresses = (text: string): string[] => text.split(/[\s,;]+/).filter((part) => part !== '')

/**
 * The text that stands in each jail's address field: what was typed, else the next free address after the jail before,
 * so that a changed first address takes the following ones along.
 */
export function assignAddresses({ tags, typed, first, prefix, network, inUse }: Assignment): Map<string, string> {
  const used = new Map(inUse)
  for (const tag of tags) for (const address of splitAddresses(typed[tag] ?? '')) used.set(address, tag)
  const assigned = new Map<string, string>()
  let last: string | undefined
  for (const tag of tags) {
    const text = typed[tag] ?? nextAfter(last) ?? ''
    if (typed[tag] === undefined && text !== '') used.set(text, tag)
    assigned.set(tag, text)
    last = splitAddresses(text).findLast((address) => parseIp4(address) !== undefined) ?? last
  }
  return assigned

  function nextAfter(address: string | undefined): string | undefined {
    if (network === undefined) return undefined
    if (address !== undefined) return nextFreeIp4(address, prefix, network, used)
    return first !== undefined && used.has(first) ? nextFreeIp4(first, prefix, network, used) : first
  }
}

/** What is wrong with each jail's addresses, in one sentence by tag; what is right is missing. */
export function assignedProblems(
  assigned: ReadonlyMap<string, string>,
  { prefix, network, inUse, required }: Pick<Assignment, 'prefix' | 'network' | 'inUse'> & { required: boolean },
): Map<string, string> {
  const used = new Map(inUse)
  const problems = new Map<string, string>()
  for (const [tag, text] of assigned) {
    const addresses = splitAddresses(text)
    if (addresses.length === 0 && required) problems.set(tag, 'Give it an address, or choose above that it gets none.')
    for (const address of addresses) {
      const problem = ip4Problem(address, prefix, network, used)
      if (problem !== undefined && !problems.has(tag)) problems.set(tag, problem)
      const value = parseIp4(address)
      if (value !== undefined && !used.has(formatIp4(value))) used.set(formatIp4(value), tag)
    }
  }
  return problems
}
