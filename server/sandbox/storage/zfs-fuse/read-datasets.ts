import type { DatasetType, DatasetView, PropertyValue } from '../dataset.ts'
import { mustRun } from '../run.ts'

/**
 * zfs-fuse compresses by other means than lz4; what the user asked for is kept in a property of ours,
 * set and inherited together with the real one.
 */
export const ASKED = 'cellblock:'

/** Beginning of the name, below the pool, of clones that exist while `zfs diff` looks at a snapshot. */
export const HIDDEN_CLONE = '.diff-'

/** zfs-fuse's names of properties that FreeBSD calls otherwise. */
const FREEBSD_NAMES: Readonly<Record<string, string>> = { zoned: 'jailed' }

/** Those that zfs-fuse has and `zfs get all` on FreeBSD does not show. */
const HIDDEN = new Set([
  'cellblock:synced',

  'version',
  'utf8only',
  'normalization',
  'casesensitivity',
  'vscan',
  'nbmand',
  'sharesmb',
  'mlslabel',
])

/** Every dataset of the pool with its properties in exact form, as zfs-fuse tells them. */
export async function readDatasets(): Promise<DatasetView[]> {
  const [all, guids] = await Promise.all([
    mustRun('zfs', ['get', '-rHp', '-o', 'name,property,value,source', 'all']),
    mustRun('zfs', ['get', '-rHp', '-o', 'name,property,value', 'guid,createtxg']),
  ])
  const datasets = new Map<string, Map<string, PropertyValue>>()
  for (const line of `${all}${guids}`.split('\n')) {
    const [name = '', property = '', value = '', source = '-'] = line.split('\t')
    if (name === '' || HIDDEN.has(property) || name.includes(`/${HIDDEN_CLONE}`)) continue
    const properties = datasets.get(name) ?? new Map<string, PropertyValue>()
    datasets.set(name, properties)
    properties.set(FREEBSD_NAMES[property] ?? property, {
      value: property.endsWith('ratio') ? value.replace(/x$/, '') : value,
      source,
    })
  }
  return [...datasets].map(([name, properties]) => {
    for (const [property, asked] of properties) {
      if (!property.startsWith(ASKED)) continue
      properties.delete(property)
      properties.set(property.slice(ASKED.length), asked)
    }
    const type = (properties.get('type')?.value ?? 'filesystem') as DatasetType
    return { name, type, properties }
  })
}
