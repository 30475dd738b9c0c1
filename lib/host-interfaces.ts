import type { InterfaceNetwork } from './addresses.ts'
import type { NetworkInterface } from './host.ts'

/** Interfaces of the host that can carry a jail's address, those with an IPv4 address of the host's own first. */
export function sharedInterfaces(interfaces: readonly NetworkInterface[]): NetworkInterface[] {
  return interfaces
    .filter(({ name, flags, jailId }) => !flags.includes('LOOPBACK') && jailId === null && !/^(epair|vnet)/.test(name))
    .toSorted((a, b) => Number(networkOf(b) !== undefined) - Number(networkOf(a) !== undefined))
}

/** The network of an interface's own first IPv4 address; undefined when it has none. */
export function networkOf({ name, addresses }: NetworkInterface): InterfaceNetwork | undefined {
  const own = addresses.find(({ family, jailId }) => family === 'inet' && jailId === null)
  return own === undefined ? undefined : { name, address: own.address, prefix: own.prefix }
}
