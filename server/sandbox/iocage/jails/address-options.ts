import { hostDefaultInterface } from '../model/host.ts'
import { isOn, setting, type Jail } from '../model/jail.ts'

/** One address of a jail: interface, address, mask as written (prefix length or dotted), when given. */
export interface JailAddress {
  nic: string
  address: string
  mask: string | undefined
}

/** The addresses in `ip4_addr` or `ip6_addr`; DHCP and router advertisements are none. */
export function jailAddresses(jail: Jail, key: 'ip4_addr' | 'ip6_addr'): JailAddress[] {
  const set = setting(jail, key).replaceAll(' ', '')
  if (set === '' || set === 'none' || /dhcp|accept_rtadv/i.test(set)) return []
  const implied = isOn(jail, 'vnet') ? 'vnet0' : hostDefaultInterface()
  return set.split(',').map((entry) => {
    const [nic, rest] = entry.includes('|') ? (entry.split('|') as [string, string]) : [implied, entry]
    const [address = '', mask] = rest.split('/')
    return { nic: nic === 'DEFAULT' ? implied : nic, address, mask }
  })
}

/** An address the way jail(8) takes it: `igb0|10.0.1.2/24`. */
export const jailParameter = ({ nic, address, mask }: JailAddress): string =>
  `${nic}|${address}${mask === undefined ? '' : `/${mask}`}`
