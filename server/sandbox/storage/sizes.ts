const UNITS = ['', 'K', 'M', 'G', 'T', 'P', 'E'] as const

/**
 * A number of bytes as zfs(8) prints it: at most five characters, `202M`, `3.51T`, `19.7M`.
 * Whole multiples of a unit have no fraction, as zfs_nicenum() in libzutil does it.
 */
export function formatSize(bytes: number): string {
  let unit = 0
  let rest = bytes
  while (rest >= 1024 && unit < UNITS.length - 1) {
    rest /= 1024
    unit++
  }
  if (unit === 0 || Number.isInteger(rest)) return `${Math.trunc(rest)}${UNITS[unit]}`
  for (const digits of [2, 1, 0]) {
    const text = `${fixed(rest, digits)}${UNITS[unit]}`
    if (text.length <= 5) return text
  }
  return `${Math.round(rest)}${UNITS[unit]}`
}

/** A number with so many decimals as printf(3) rounds it: halves go to the even neighbour, `10.25` is `10.2`. */
function fixed(value: number, digits: number): string {
  const scaled = value * 10 ** digits
  const below = Math.floor(scaled)
  const isHalf = scaled - below === 0.5
  return ((isHalf ? below + (below % 2) : Math.round(scaled)) / 10 ** digits).toFixed(digits)
}

/** Bytes of a size as a user types it (`10G`, `512m`, `1.5T`, `4096`), or undefined where it is none. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([KMGTPE]?)(?:i?B)?$/i.exec(text)
  if (match === null) return undefined
  const power = UNITS.indexOf(match[2]!.toUpperCase() as (typeof UNITS)[number])
  return Math.round(Number(match[1]) * 1024 ** power)
}
