const places: readonly [RegExp, string][] = [
  [/^(127\.|::1$)/, ' (this machine)'],
  [/^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|f[cd]|fe80:)/i, ' (local network)'], // RFC 1918, RFC 4193, RFC 4291
]

/** Where an address is, as far as it can be told without asking anyone, with a blank before it; empty: elsewhere. */
export const placeOf = (address: string): string => places.find(([pattern]) => pattern.test(address))?.[1] ?? ''
