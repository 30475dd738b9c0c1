import type { JailAddress } from './jail.ts'

/** An IPv4 address as a number of 32 bits; undefined when the text is none (RFC 791 dotted quad, no leading zeros). */
export function parseIp4(text: string): number | undefined {
  const octets = text.split('.')
  if (octets.length !== 4) return undefined
  let value = 0
  for (const octet of octets) {
    if (!/^(0|[1-9]\d{0,2})$/.test(octet) || Number(octet) > 255) return undefined
    value = value * 256 + Number(octet)
  }
  return value
}

/** The dotted quad of a number of 32 bits. */
export function formatIp4(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.')
}

/** Whether two IPv4 addresses lie in one network of `prefix` bits. */
export function sameNetwork(a: number, b: number, prefix: number): boolean {
  const size = 2 ** (32 - prefix)
  return Math.floor(a / size) === Math.floor(b / size)
}

/**
 * Reads one or several addresses as iocage stores them: `igb0|10.0.1.2/24,igb0|10.0.1.3/24`. `none` and empty give no
 * address; DHCP is kept as the word. Never throws: what cannot be read stands as it is (iocage checks little).
 */
export function parseJailAddresses(stored: string): JailAddress[] {
  return stored
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '' && entry !== 'none')
    .map((entry) => {
      const bar = entry.indexOf('|')
      const [address = '', mask] = entry.slice(bar + 1).split('/')
      return {
        interface: bar < 0 ? null : entry.slice(0, bar),
        address,
        prefix: mask === undefined ? null : prefixLength(mask),
      }
    })
}

/** The stored form of addresses, `none` for no address. The inverse of parseJailAddresses. */
export function formatJailAddresses(addresses: readonly JailAddress[]): string {
  if (addresses.length === 0) return 'none'
  return addresses
    .map(
      ({ interface: name, address, prefix }) =>
        `${name === null ? '' : `${name}|`}${address}${prefix === null ? '' : `/${prefix}`}`,
    )
    .join(',')
}

/** Prefix length of `24` or `255.255.255.0`; null when it is neither. */
function prefixLength(mask: string): number | null {
  if (/^\d{1,3}$/.test(mask)) return Number(mask)
  const value = parseIp4(mask)
  if (value === undefined) return null
  const bits = value.toString(2).padStart(32, '0')
  return /^1*0*$/.test(bits) ? (bits.indexOf('0') === -1 ? 32 : bits.indexOf('0')) : null
}

/** An interface's network, as far as checking an address needs it. */
export interface InterfaceNetwork {
  name: string
  /** The interface's own first address. */
  address: string
  prefix: number
}

/**
 * What is wrong with an IPv4 address for a shared-IP jail on an interface; undefined when it may be used.
 * `inUse` names who has an address already (a jail's tag, or the host).
 */
export function ip4Problem(
  address: string,
  prefix: number,
  network: InterfaceNetwork | undefined,
  inUse: ReadonlyMap<string, string>,
): string | undefined {
  const value = parseIp4(address)
  if (value === undefined) return `“${address}” is not an IPv4 address. An example: 10.0.1.2`
  if (!Number.isInteger(prefix) || prefix < 1 || prefix > 32)
    return `The mask is a number from 1 to 32, not “${prefix}”.`
  const holder = inUse.get(formatIp4(value))
  if (holder !== undefined) return `${address} is in use by ${holder}.`
  if (network === undefined) return undefined
  const own = parseIp4(network.address)
  if (own === undefined) return undefined
  if (!sameNetwork(value, own, network.prefix))
    return `${address} is outside the network of ${network.name}, ${network.address}/${network.prefix}.`
  const size = 2 ** (32 - prefix)
  if (prefix < 31 && (value % size === 0 || value % size === size - 1))
    return `${address} is the ${value % size === 0 ? 'network' : 'broadcast'} address of its /${prefix} network.`
  return undefined
}

/** The first free address after `after` inside the network and its `/prefix` part; undefined when none is left. */
export function nextFreeIp4(
  after: string,
  prefix: number,
  network: InterfaceNetwork,
  inUse: ReadonlyMap<string, string>,
): string | undefined {
  const start = parseIp4(after)
  if (start === undefined) return undefined
  const own = parseIp4(network.address) ?? 0
  for (let value = start + 1; value < 2 ** 32 && sameNetwork(value, own, network.prefix); value += 1) {
    const text = formatIp4(value)
    if (ip4Problem(text, prefix, network, inUse) === undefined) return text
    if (value - start > 70_000) return undefined // beyond a /16 of taken addresses nobody wants a proposal
  }
  return undefined
}
