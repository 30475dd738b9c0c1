import type { NetworkInterface } from '@/lib/host.ts'
import type { Jail, JailAddress } from '@/lib/jail.ts'
import { ip4Problem } from '@/lib/addresses.ts'

/** Who has which IPv4 address: running and stopped jails by tag, the rest is the host's. */
export function addressesInUse(
  interfaces: readonly NetworkInterface[],
  jails: readonly Jail[],
  except?: string,
): Map<string, string> {
  const inUse = new Map<string, string>()
  const own = new Set(jails.find(({ id }) => id === except)?.ip4.map(({ address }) => address))
  for (const { name, addresses } of interfaces)
    for (const { family, address } of addresses)
      if (family === 'inet' && !own.has(address)) inUse.set(address, `the host, on ${name}`)
  for (const { id, tag, ip4, kind } of jails)
    // A template never runs, and its address is not copied to what is made from it: it stands in nobody's way.
    if (id !== except && kind === 'jail') for (const { address } of ip4) if (address !== 'DHCP') inUse.set(address, tag)
  return inUse
}

/** What is wrong with the addresses of a jail, in sentences; empty when they may be used. */
export function addressProblems(
  addresses: readonly JailAddress[],
  vnet: boolean,
  interfaces: readonly NetworkInterface[],
  inUse: ReadonlyMap<string, string>,
): string[] {
  const problems = addresses.flatMap((entry) => {
    const { interface: name, address, prefix } = entry
    if (name !== null && !/^[A-Za-z][A-Za-z0-9_.]{0,14}$/.test(name)) return `“${name}” is no name of an interface.`
    if (address === 'DHCP')
      return vnet ? [] : 'DHCP needs a network stack of the jail’s own (vnet). Give an address instead.'
    if (vnet) return ip4Problem(address, prefix ?? 32, undefined, inUse) ?? []
    if (name === null) return 'Choose the interface that gets the address.'
    const found = interfaces.find((one) => one.name === name)
    if (found === undefined)
      return `This host has no interface ${name}. It has: ${interfaces.map((one) => one.name).join(', ')}.`
    const first = found.addresses.find(({ family, jailId }) => family === 'inet' && jailId === null)
    const network = first === undefined ? undefined : { name, address: first.address, prefix: first.prefix }
    return ip4Problem(address, prefix ?? 32, network, inUse) ?? []
  })
  const seen = addresses.map(({ address }) => address)
  const twice = seen.find((address, n) => seen.indexOf(address) !== n)
  return twice === undefined ? problems : [...problems, `${twice} is given twice.`]
}
