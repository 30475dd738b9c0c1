import type { DatasetView, PropertyValue } from '../dataset.ts'
import { NATIVE_PROPERTIES } from '../properties.ts'
import { mountedDatasets, mountpointOf, resolveProperty } from './mounting.ts'
import type { OpenPool } from './open-pool.ts'
import { measure } from './space.ts'

/** Name of the snapshot with this guid. */
export function snapshotName({ state }: OpenPool, guid: string): string | undefined {
  for (const [name, { snapshots }] of Object.entries(state.fileSystems))
    for (const [snapshot, { guid: own }] of Object.entries(snapshots)) if (own === guid) return `${name}@${snapshot}`
  return undefined
}

/** Names of the file systems cloned from the snapshot with this guid. */
export const clonesOf = ({ state }: OpenPool, guid: string): string[] =>
  Object.entries(state.fileSystems).filter(([, { origin }]) => origin === guid).map(([name]) => name).sort() // prettier-ignore

function userProperties(pool: OpenPool, name: string): Set<string> {
  const parts = name.split('/')
  const chain = parts.map((_, index) => parts.slice(0, index + 1).join('/'))
  const set = chain.flatMap((each) => Object.keys(pool.state.fileSystems[each]?.properties ?? {}))
  return new Set(set.filter((property) => property.includes(':')))
}

/** Every file system and snapshot of a pool with all its properties. */
export async function viewPool(pool: OpenPool): Promise<DatasetView[]> {
  const space = await measure(pool)
  const mounted = mountedDatasets(pool)
  const views: DatasetView[] = []
  for (const [name, fileSystem] of Object.entries(pool.state.fileSystems)) {
    const properties = new Map<string, PropertyValue>()
    const fact = (property: string, value: string | number) =>
      properties.set(property, { value: String(value), source: '-' })
    for (const [property, { types, settable }] of NATIVE_PROPERTIES)
      if (settable && types.includes('filesystem')) properties.set(property, resolveProperty(pool, name, property))
    properties.set('mountpoint', mountpointOf(pool, name))
    for (const property of userProperties(pool, name)) properties.set(property, resolveProperty(pool, name, property))
    fact('type', 'filesystem')
    fact('creation', fileSystem.createdAt)
    fact('createtxg', fileSystem.txg)
    fact('guid', fileSystem.guid)
    fact('used', space.used(name))
    fact('available', space.available)
    fact('referenced', space.referenced(name))
    fact('usedbydataset', space.usedByDataset(name))
    fact('usedbysnapshots', space.usedBySnapshots(name))
    fact('usedbychildren', space.used(name) - space.usedByDataset(name) - space.usedBySnapshots(name))
    fact('usedbyrefreservation', 0)
    fact('written', space.usedByDataset(name))
    fact('compressratio', '1.00')
    fact('refcompressratio', '1.00')
    fact('mounted', mounted.has(name) ? 'yes' : 'no')
    const origin = fileSystem.origin === null ? undefined : snapshotName(pool, fileSystem.origin)
    if (origin !== undefined) fact('origin', origin)
    views.push({ name, type: 'filesystem', properties })

    for (const [snapshot, { guid, txg, createdAt, properties: own }] of Object.entries(fileSystem.snapshots)) {
      const facts: [string, string | number][] = [
        ['type', 'snapshot'],
        ['creation', createdAt],
        ['createtxg', txg],
        ['guid', guid],
        ['used', space.snapshotUsed(name, snapshot)],
        ['referenced', space.snapshotReferenced(name, snapshot)],
        ['compressratio', '1.00'],
        ['refcompressratio', '1.00'],
        ['clones', clonesOf(pool, guid).join(',')],
      ]
      const map = new Map(facts.map(([property, value]) => [property, { value: String(value), source: '-' }]))
      for (const [property, value] of Object.entries(own)) map.set(property, { value, source: 'local' })
      for (const property of userProperties(pool, name)) {
        if (map.has(property)) continue
        const { value, source } = resolveProperty(pool, name, property)
        map.set(property, { value, source: source === 'local' ? `inherited from ${name}` : source })
      }
      views.push({ name: `${name}@${snapshot}`, type: 'snapshot', properties: map })
    }
  }
  return views
}
