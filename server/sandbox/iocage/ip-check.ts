import { repr } from './python.ts'

/**
 * Why Python's ipaddress module refuses `text` as a network of version 4 (null when it takes it): 1.13 prints that
 * sentence, so the sandbox must say it in the same words.
 */
export function ip4Refusal(text: string): string | null {
  return networkRefusal(text, address4Refusal, mask4Refusal)
}

/** The same for version 6. */
export function ip6Refusal(text: string): string | null {
  return networkRefusal(text, address6Refusal, (mask) => (isPrefix(mask, 128) ? null : notAMask(mask)))
}

function networkRefusal(
  text: string,
  addressRefusal: (address: string) => string | null,
  maskRefusal: (mask: string) => string | null,
): string | null {
  const [address = '', mask, more] = text.split('/')
  if (more !== undefined) return `Only one '/' permitted in ${repr(text)}`
  return addressRefusal(address) ?? (mask === undefined ? null : maskRefusal(mask))
}

/** Why `address` is no IPv4 address, in Python's words; null when it is one. */
export function address4Refusal(address: string): string | null {
  if (address === '') return 'Address cannot be empty'
  const octets = address.split('.')
  if (octets.length !== 4) return `Expected 4 octets in ${repr(address)}`
  for (const octet of octets) {
    const refusal = octetRefusal(octet)
    if (refusal !== null) return `${refusal} in ${repr(address)}`
  }
  return null
}

function octetRefusal(octet: string): string | null {
  if (octet === '') return 'Empty octet not permitted'
  if (!/^[0-9]+$/.test(octet)) return `Only decimal digits permitted in ${repr(octet)}`
  if (octet.length > 3) return `At most 3 characters permitted in ${repr(octet)}`
  if (octet !== '0' && octet.startsWith('0')) return `Leading zeros are not permitted in ${repr(octet)}`
  return Number(octet) > 255 ? `Octet ${Number(octet)} (> 255) not permitted` : null
}

const isPrefix = (mask: string, most: number): boolean => /^[0-9]+$/.test(mask) && Number(mask) <= most
const notAMask = (mask: string): string => `${repr(mask)} is not a valid netmask`

function mask4Refusal(mask: string): string | null {
  if (isPrefix(mask, 32)) return null
  if (address4Refusal(mask) !== null) return notAMask(mask)
  const bits = mask
    .split('.')
    .map((octet) => Number(octet).toString(2).padStart(8, '0'))
    .join('')
  return /^(1*0*|0*1*)$/.test(bits) ? null : notAMask(mask)
}

function address6Refusal(text: string): string | null {
  const [address = '', scope, more] = text.split('%')
  if (scope === '' || more !== undefined) return `Invalid IPv6 address: "${repr(text)}"`
  if (address === '') return 'Address cannot be empty'
  const parts = address.split(':')
  if (parts.length < 3) return `At least 3 parts expected in ${repr(address)}`
  const last = parts.at(-1) ?? ''
  if (last.includes('.')) {
    const refusal = address4Refusal(last)
    if (refusal !== null) return `${refusal} in ${repr(address)}`
    parts.splice(-1, 1, '0', '0')
  }
  if (parts.length > 9) return `At most 8 colons permitted in ${repr(address)}`
  const refusal = shapeRefusal(parts, address)
  if (refusal !== null) return refusal
  for (const part of parts) {
    if (!/^[0-9a-fA-F]*$/.test(part)) return `Only hex digits permitted in ${repr(part)} in ${repr(address)}`
    if (part.length > 4) return `At most 4 characters permitted in ${repr(part)} in ${repr(address)}`
  }
  return null
}

/** Where `::` may stand and how many parts there must be. */
function shapeRefusal(parts: readonly string[], address: string): string | null {
  const leading = `Leading ':' only permitted as part of '::' in ${repr(address)}`
  const trailing = `Trailing ':' only permitted as part of '::' in ${repr(address)}`
  const empty = parts.flatMap((part, at) => (part === '' && at > 0 && at < parts.length - 1 ? [at] : []))
  if (empty.length > 1) return `At most one '::' permitted in ${repr(address)}`
  const [gap] = empty
  if (gap === undefined) {
    if (parts.length !== 8) return `Exactly 8 parts expected without '::' in ${repr(address)}`
    if (parts[0] === '') return leading
    return parts.at(-1) === '' ? trailing : null
  }
  let before = gap
  let after = parts.length - gap - 1
  if (parts[0] === '' && --before > 0) return leading
  if (parts.at(-1) === '' && --after > 0) return trailing
  return before + after > 7 ? `Expected at most 7 other parts with '::' in ${repr(address)}` : null
}
