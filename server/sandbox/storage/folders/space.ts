import { statfsSync } from 'node:fs'
import { measureLayers } from './layers.ts'
import type { OpenPool } from './open-pool.ts'

/** Space of a pool's parts in bytes. */
export interface Space {
  available: number
  /** Of a file system: by its name. */
  referenced(name: string): number
  usedByDataset(name: string): number
  usedBySnapshots(name: string): number
  /** With everything below it. */
  used(name: string): number
  snapshotReferenced(name: string, snapshot: string): number
  /** What only this snapshot keeps. */
  snapshotUsed(name: string, snapshot: string): number
}

/**
 * Measures a pool: the layers being written to by du(1), the others as booked. Files hidden by a newer layer count
 * as referenced still, so REFER can be somewhat too big; USED is what the disk holds.
 */
export async function measure(pool: OpenPool): Promise<Space> {
  const { fileSystems, layers } = pool.state
  const heads = await measureLayers(
    pool,
    Object.values(fileSystems).map(({ head }) => head),
  )
  const disk = statfsSync(pool.folders.root)
  const bytesOf = (id: string) => heads.get(id) ?? layers[id]?.bytes ?? 0
  const sum = (ids: Iterable<string>) => [...ids].reduce((total, id) => total + bytesOf(id), 0)

  const uses = new Map<string, number>()
  for (const { lower, snapshots } of Object.values(fileSystems))
    for (const list of [lower, ...Object.values(snapshots).map((snapshot) => snapshot.layers)])
      for (const id of new Set(list)) uses.set(id, (uses.get(id) ?? 0) + 1)

  const at = (name: string) => fileSystems[name]!
  const owned = (name: string) =>
    Object.entries(layers)
      .filter(([, { owner }]) => owner === at(name).guid)
      .map(([id]) => id)
  const own = (name: string) => bytesOf(at(name).head) + sum(owned(name))
  const usedByDataset = (name: string) => {
    const live = new Set(at(name).lower)
    return bytesOf(at(name).head) + sum(owned(name).filter((id) => live.has(id)))
  }
  return {
    available: Math.min(pool.left ?? Infinity, disk.bavail * disk.bsize),
    referenced: (name) => bytesOf(at(name).head) + sum(at(name).lower),
    usedByDataset,
    usedBySnapshots: (name) => own(name) - usedByDataset(name),
    used: (name) =>
      Object.keys(fileSystems)
        .filter((other) => other === name || other.startsWith(`${name}/`))
        .reduce((total, other) => total + own(other), 0),
    snapshotReferenced: (name, snapshot) => sum(at(name).snapshots[snapshot]!.layers),
    snapshotUsed: (name, snapshot) => sum(at(name).snapshots[snapshot]!.layers.filter((id) => uses.get(id) === 1)),
  }
}
