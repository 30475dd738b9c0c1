import type { NetworkInterface } from '@/lib/host.ts'
import type { Jail } from '@/lib/jail.ts'
import { formatIp4, nextFreeIp4, parseIp4, sameNetwork } from '@/lib/addresses.ts'

/** Jails are numbered inside a /24 as people do, however large the host's own network is. */
const USUAL_PREFIX = 24

interface AddressProposal {
  addresses: string[]
  inUse: { address: string; by: string }[]
}

/**
 * The next free addresses for jails on an interface: after the highest one that a jail has there; on a host without
 * jails from .2 on, in the /24 after the host's own where its network has room for that (10.0.0.11/8: 10.0.1.2).
 */
export function proposeAddresses(
  asked: { interface: string; prefix: number; count: number },
  interfaces: readonly NetworkInterface[],
  jails: readonly Jail[],
): AddressProposal {
  const inUse = new Map<string, string>()
  for (const { addresses } of interfaces)
    for (const { family, address } of addresses) if (family === 'inet') inUse.set(address, 'the host')
  const take = (kind: Jail['kind']) => {
    for (const { ip4, tag, kind: ofKind } of jails)
      if (ofKind === kind) for (const { address } of ip4) if (address !== 'DHCP') inUse.set(address, tag)
  }
  take('jail')
  const listed = [...inUse].map(([address, by]) => ({ address, by }))
  // Nobody has a template's address while it is one; it is only not proposed, since it may become a jail again.
  take('template')

  const found = interfaces.find(({ name }) => name === asked.interface)
  const own = found?.addresses.find(({ family, jailId }) => family === 'inet' && jailId === null)
  const ownValue = own === undefined ? undefined : parseIp4(own.address)
  if (own === undefined || ownValue === undefined) return { addresses: [], inUse: listed }
  const network = { name: asked.interface, address: own.address, prefix: own.prefix }

  let after = startOf(ownValue, own.prefix, jails)
  const addresses: string[] = []
  while (addresses.length < asked.count) {
    const next = nextFreeIp4(after, asked.prefix, network, inUse)
    if (next === undefined) break
    addresses.push(next)
    inUse.set(next, 'this proposal')
    after = next
  }
  return { addresses, inUse: listed }
}

function startOf(own: number, prefix: number, jails: readonly Jail[]): string {
  const taken = jails
    .filter(({ kind }) => kind === 'jail')
    .flatMap(({ ip4 }) => ip4.map(({ address }) => parseIp4(address)))
    .filter((value) => value !== undefined && sameNetwork(value, own, prefix))
  const highest = Math.max(-1, ...(taken as number[]))
  if (highest >= 0) return formatIp4(highest)
  if (prefix >= USUAL_PREFIX) return formatIp4(own)
  const size = 2 ** (32 - USUAL_PREFIX)
  const nextBlock = (Math.floor(own / size) + 1) * size
  // The first address of a network is the router's by custom.
  return formatIp4(sameNetwork(nextBlock, own, prefix) ? nextBlock + 1 : own)
}
