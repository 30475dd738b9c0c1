const UNITS = ['B', 'K', 'M', 'G', 'T', 'P', 'E'] as const
/** zfs_nicenum() in libzutil never writes more characters than this. */
const WIDTH = 5

/**
 * A size in bytes as zfs(8) prints it: `202M`, `3.51T`, `19.7M`, `512B`; powers of 1024, and no fraction for whole
 * multiples of a unit (`32K`). `-` for what is no size.
 */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes) || bytes < 0) return '-'
  let unit = 0
  let value = bytes
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit += 1
  }
  const at = (digits: number) => `${value.toFixed(digits)}${UNITS[unit]}`
  if (unit === 0 || Number.isInteger(value)) return at(0)
  return [at(2), at(1)].find((text) => text.length <= WIDTH) ?? at(0)
}
