const UNITS = ['B', 'K', 'M', 'G', 'T', 'P', 'E'] as const

/** A size in bytes as zfs(8) prints it: `202M`, `3.51T`, `100K`, `512B`; three figures, powers of 1024. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes) || bytes < 0) return '-'
  let unit = 0
  let value = bytes
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit += 1
  }
  if (unit === 0 || value >= 100) return `${Math.round(value)}${UNITS[unit]}`
  return `${value.toFixed(value >= 10 ? 1 : 2)}${UNITS[unit]}`
}
