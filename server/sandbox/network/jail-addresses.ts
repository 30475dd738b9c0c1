import { isIPv4, isIPv6 } from 'node:net'
import { JailError } from '../jails/jail-error.ts'

/** One address of a jail. */
export interface JailAddress {
  /** The host's interface that shows it as an alias; none where the parameter named none. */
  interface?: string
  address: string
  family: 4 | 6
  prefixLength: number
}

/** The addresses of `ip4.addr` or `ip6.addr`: `igb0|10.0.1.2/24`, `10.0.1.2`, with the mask also dotted; several by comma. */
export function parseAddresses(values: readonly string[], family: 4 | 6): JailAddress[] {
  return values
    .flatMap((value) => value.split(','))
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => parseAddress(entry, family))
}

function parseAddress(entry: string, family: 4 | 6): JailAddress {
  const bar = entry.indexOf('|')
  // Whatever follows a blank is for ifconfig: `10.0.1.2/24 vhid 1`.
  const [word = ''] = entry.slice(bar + 1).split(' ')
  const slash = word.indexOf('/')
  const address = slash < 0 ? word : word.slice(0, slash)
  if (!(family === 4 ? isIPv4(address) : isIPv6(address)))
    throw new JailError(`ip${family}.addr: not an IPv${family} address: ${address}`)
  const longest = family === 4 ? 32 : 128
  const prefixLength = slash < 0 ? longest : lengthOfMask(word.slice(slash + 1))
  if (!Number.isInteger(prefixLength) || prefixLength < 0 || prefixLength > longest)
    throw new JailError(`ip${family}.addr: bad mask: ${word.slice(slash + 1)}`)
  return { ...(bar < 0 ? {} : { interface: entry.slice(0, bar) }), address, family, prefixLength }
}

function lengthOfMask(mask: string): number {
  if (/^\d+$/.test(mask)) return Number(mask)
  if (!isIPv4(mask)) return NaN
  const bits = mask
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('')
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : NaN
}

/** The broadcast address of an IPv4 address's network. */
export function broadcastOf({ address, prefixLength }: JailAddress): string {
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const hosts = 2 ** (32 - prefixLength)
  const last = Math.floor(number / hosts) * hosts + hosts - 1
  return [24, 16, 8, 0].map((shift) => Math.floor(last / 2 ** shift) % 256).join('.')
}

/** How the sandbox keeps aliases in a jail's state, for their removal at its end. */
export const aliasWords = (addresses: readonly JailAddress[]): string =>
  addresses
    .flatMap(({ interface: name, address, prefixLength }) =>
      name === undefined ? [] : [`${name}|${address}/${prefixLength}`],
    )
    .join(',')
