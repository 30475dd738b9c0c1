import { networkInterfaces } from 'node:os'
import type { JailAddress } from '../network/jail-addresses.ts'
import { checkInterfaces } from '../network/shared-addresses.ts'
import { JailError } from './jail-error.ts'
import { listJails } from './jail-state.ts'

/** Multicast, "this network" and broadcast addresses belong to nobody. */
const isNobodys = ({ address, family }: JailAddress): boolean => {
  const first = Number.parseInt(address, 10)
  return family === 4 ? first === 0 || first >= 224 : /^(ff|::$)/i.test(address)
}

/** Refuses addresses that cannot be a jail's, that another jail or the host itself has, and interfaces that are not there; `own` are the jail's. */
export function refuseTakenAddresses(asked: readonly JailAddress[], own: readonly JailAddress[] = []): void {
  const kept = new Set(own.map(({ address }) => address))
  const addresses = asked.filter(({ address }) => !kept.has(address))
  if (new Set(asked.map(({ address }) => address)).size < asked.length)
    throw new JailError('jail_set: Invalid argument')
  if (asked.some(isNobodys)) throw new JailError('ifconfig: ioctl (SIOCAIFADDR): Invalid argument')
  const taken = new Set(
    listJails().flatMap((jail) =>
      `${jail.parameters['ip4.addr'] ?? ''},${jail.parameters['ip6.addr'] ?? ''}`.split(','),
    ),
  )
  if (addresses.some(({ address }) => taken.has(address))) throw new JailError('jail_set: Address already in use')
  // FreeBSD would share an address of the host, and take it from the host with the jail's end; here only one can have it.
  const host = new Set(Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => address) ?? []))
  if (addresses.some((address) => address.interface !== undefined && host.has(address.address)))
    throw new JailError('ifconfig: ioctl (SIOCAIFADDR): File exists')
  checkInterfaces(asked)
}
