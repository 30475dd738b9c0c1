import type { Dataset, Pool } from '@/lib/host.ts'

/** Arguments of the `zfs` whose output parseDatasets and parseGuids read; add the dataset's name. */
export const ZFS_LIST = [
  'list',
  '-H',
  '-p',
  '-t',
  'filesystem,volume',
  '-o',
  'name,used,avail,refer,mountpoint,origin,guid',
  '-r',
] as const
/** Arguments of the `zpool` whose output parsePools reads. */
export const ZPOOL_LIST = ['list', '-H', '-p', '-o', 'name,size,free,health'] as const

/** A count of bytes; 0 when the cell is `-` or no number. */
function bytes(cell: string | undefined): number {
  const value = Number(cell)
  return Number.isFinite(value) && value > 0 ? value : 0
}

/** Cells of lines that `-H` printed: separated by tabs, no heading. Lines with fewer cells or no name are left out. */
export function tabbedLines(text: string, cells: number): string[][] {
  return text
    .split('\n')
    .map((line) => line.replace(/\r$/, '').split('\t'))
    .filter((line) => line.length >= cells && line[0] !== '')
}

/** Reads `zfs list` with ZFS_LIST; the jail that a dataset belongs to is not known here. */
export function parseDatasets(text: string): Dataset[] {
  return tabbedLines(text, 6).map(([name = '', used, available, referenced, mountpoint = '-', origin = '-']) => ({
    name,
    usedBytes: bytes(used),
    availableBytes: bytes(available),
    referencedBytes: bytes(referenced),
    mountpoint,
    origin: origin === '-' || origin === '' ? null : origin,
    jailId: null,
  }))
}

/** The numbers by which zfs tells datasets from later ones of the same name, from `zfs list` with ZFS_LIST. */
export function parseGuids(text: string): Map<string, string> {
  return new Map(tabbedLines(text, 7).map((cells) => [cells[0] ?? '', cells[6] ?? '']))
}

/** Reads `zpool list` with ZPOOL_LIST; which pool is active is not known here. */
export function parsePools(text: string): Pool[] {
  return tabbedLines(text, 4).map(([name = '', size, free, health = '']) => ({
    name,
    sizeBytes: bytes(size),
    freeBytes: bytes(free),
    health,
    active: false,
  }))
}
