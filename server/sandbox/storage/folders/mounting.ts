import { mkdirSync, rmdirSync, statfsSync } from 'node:fs'
import path from 'node:path'
import { isWithin, parentOf } from '../dataset.ts'
import { NATIVE_PROPERTIES } from '../properties.ts'
import { mustRun, run } from '../run.ts'
import { layerFiles } from './layers.ts'
import { bindLayer, isPinned, type Mount, mountLayers, outermostFirst, readMounts, unmount } from './mounts.ts'
import type { OpenPool } from './open-pool.ts'
import type { FileSystemState } from './pool-state.ts'

/** A property's exact value for file system `name`, inherited where it is so, and its source. */
export function resolveProperty(
  { state }: OpenPool,
  name: string,
  property: string,
): { value: string; source: string } {
  const native = NATIVE_PROPERTIES.get(property)
  for (let at: string | undefined = name; at !== undefined; at = parentOf(at)) {
    const value = state.fileSystems[at]?.properties[property]
    if (value !== undefined) return { value, source: at === name ? 'local' : `inherited from ${at}` }
    if (native?.inherited === false) break
  }
  return { value: native?.default ?? '-', source: native === undefined ? '-' : 'default' }
}

/** Where file system `name` is mounted (a path, `none` or `legacy`), following inheritance. */
export function mountpointOf(pool: OpenPool, name: string): { value: string; source: string } {
  for (let at: string | undefined = name; at !== undefined; at = parentOf(at)) {
    const set = pool.state.fileSystems[at]?.properties.mountpoint
    if (set === undefined) continue
    const source = at === name ? 'local' : `inherited from ${at}`
    return { value: set.startsWith('/') ? path.join(set, name.slice(at.length)) : set, source }
  }
  return { value: `/${name}`, source: 'default' }
}

/** Path where `name` is to be mounted now, or undefined where it is not to be. */
function wantedMountpoint(pool: OpenPool, name: string): string | undefined {
  if (pool.state.fileSystems[name]?.mounted !== true) return undefined
  if (resolveProperty(pool, name, 'canmount').value === 'off') return undefined
  const { value } = mountpointOf(pool, name)
  return value.startsWith('/') ? value : undefined
}

function flagsOf(pool: OpenPool, name: string): string[] {
  const is = (property: string, word: string) => resolveProperty(pool, name, property).value === word
  return [
    is('readonly', 'on') ? 'ro' : 'rw',
    ...(is('exec', 'off') ? ['noexec'] : []),
    ...(is('setuid', 'off') ? ['nosuid'] : []),
    ...(is('devices', 'off') ? ['nodev'] : []),
    ...(is('atime', 'off') ? ['noatime'] : []),
  ]
}

const fullFolder = ({ folders }: OpenPool, head: string) => path.join(folders.root, 'full', head)

/** The datasets of this pool that are mounted, by name. */
export function mountedDatasets(pool: OpenPool): Map<string, Mount> {
  const { state } = pool
  if (state.method === 'copy') return boundDatasets(pool)
  const ours = readMounts().filter(
    ({ type, source }) => type === 'overlay' && isWithin(source, state.name) && !source.includes('@'),
  )
  // The first mount of a source is the dataset's own, others are bound from it.
  return new Map(ours.toReversed().map((mount) => [mount.source, mount]))
}

/** As `mountedDatasets`, where a dataset is a folder bound to its mount point: known by the layer's path. */
function boundDatasets({ state, folders }: OpenPool): Map<string, Mount> {
  const heads = new Map(Object.entries(state.fileSystems).map(([name, { head }]) => [head, name]))
  // Seen from its own file system a path can begin elsewhere: only its end is sure to be the same.
  const end = path.join(path.basename(path.dirname(folders.root)), state.name, 'layers')
  const found = new Map<string, Mount>()
  for (const mount of readMounts().toReversed()) {
    const [, before = '', id = ''] = /^(.*)\/([^/]+)\/fs$/.exec(mount.root) ?? []
    const name = heads.get(id)
    if (name === undefined || !before.endsWith(`/${end}`)) continue
    found.set(name, { ...mount, source: name, options: [...mount.options, `upperdir=${id}/fs`] })
  }
  return found
}

/**
 * A tmpfs with as much room as is left, usually not a free block or inode for what is written over a dataset while the disk is to be full:
 * every writer gets the kernel's own ENOSPC, and everything there can still be read.
 */
async function mountOnFullDisk(pool: OpenPool, name: string, { head, lower }: FileSystemState, mountpoint: string) {
  const folder = fullFolder(pool, head)
  mkdirSync(folder, { recursive: true })
  const left = pool.left ?? 0
  await mustRun('mount', ['-t', 'tmpfs', '-o', `size=${Math.max(65_536, left)},mode=755`, 'full', folder])
  const writesTo = { fs: path.join(folder, 'fs'), work: path.join(folder, 'work') }
  for (const part of [writesTo.fs, writesTo.work]) mkdirSync(part)
  await mountLayers(pool.folders, { source: name, mountpoint, lower, head, flags: flagsOf(pool, name), writesTo })
  if (left > 0) return
  const { files, ffree } = statfsSync(folder)
  // With its source named mount(8) leaves out the options there are, of which a user namespace may not repeat some.
  await mustRun('mount', ['-o', `remount,size=4k,nr_inodes=${files - ffree}`, 'full', folder])
}

/** Mounts file system `name` at its mount point; nothing happens where it is not to be mounted. */
export async function mountFileSystem(pool: OpenPool, name: string): Promise<void> {
  const mountpoint = wantedMountpoint(pool, name)
  const fileSystem = pool.state.fileSystems[name]
  if (mountpoint === undefined || fileSystem === undefined) return
  const { head, lower } = fileSystem
  if (pool.state.method === 'copy') return bindLayer(pool.folders, head, mountpoint, flagsOf(pool, name))
  if (pool.left !== undefined) return mountOnFullDisk(pool, name, fileSystem, mountpoint)
  await mountLayers(pool.folders, { source: name, mountpoint, lower, head, flags: flagsOf(pool, name) })
}

/** Mounted datasets below and including those for which `chosen` holds, the innermost first. */
const innermostFirst = (pool: OpenPool, chosen: (name: string) => boolean): Mount[] =>
  [...mountedDatasets(pool).values()]
    .filter(({ source }) => chosen(source))
    .sort(outermostFirst)
    .toReversed()

/**
 * Unmounts the datasets for which `chosen` holds; the name of one that is in use (then all are as before).
 * With `remove` their empty mount points go too.
 */
export async function unmountDatasets(
  pool: OpenPool,
  chosen: (name: string) => boolean,
  remove = false,
): Promise<string | undefined> {
  const mounts = innermostFirst(pool, chosen)
  const pinned = mounts.find(isPinned)
  if (pinned !== undefined) return pinned.source
  for (const mount of mounts) {
    if (!(await unmount(mount.mountpoint, remove))) {
      await mountWanted(pool)
      return mount.source
    }
    const upper = mount.options.find((option) => option.startsWith('upperdir=/'))
    if (upper !== undefined) await run('umount', [path.dirname(upper.slice('upperdir='.length))])
    if (remove && pool.left !== undefined) removeFromParent(pool, mount.mountpoint)
  }
  return undefined
}

/**
 * Removes an empty mount point from the layer that its parent writes to. While the disk is to be full what lies over
 * that layer takes no mark of a removal, and the folder would be back when there is room again.
 */
function removeFromParent(pool: OpenPool, mountpoint: string): void {
  const parent = [...mountedDatasets(pool).values()]
    .filter((mount) => mountpoint.startsWith(`${mount.mountpoint}/`))
    .sort(outermostFirst)
    .at(-1)
  const head = parent && pool.state.fileSystems[parent.source]?.head
  if (parent === undefined || head === undefined) return
  try {
    rmdirSync(path.join(layerFiles(pool, head), path.relative(parent.mountpoint, mountpoint)))
  } catch {
    // Made while the disk was full, or not empty.
  }
}

/** Changes flags of what is mounted (`readonly=on` acts at once). */
export async function remount(pool: OpenPool, chosen: (name: string) => boolean): Promise<void> {
  const how = pool.state.method === 'copy' ? 'remount,bind' : 'remount'
  for (const { source, mountpoint } of innermostFirst(pool, chosen))
    await mustRun('mount', ['-o', `${how},${flagsOf(pool, source).join(',')}`, source, mountpoint])
}

/** Makes the mounts what the pool's state says: after a start of the host, a killed command, a change of names. */
export async function mountWanted(pool: OpenPool): Promise<void> {
  const mounted = mountedDatasets(pool)
  const wanted = Object.entries(pool.state.fileSystems)
    .flatMap(([name, { head }]) => {
      const mountpoint = wantedMountpoint(pool, name)
      return mountpoint === undefined ? [] : [{ name, head, mountpoint }]
    })
    .sort(outermostFirst)
  const isRight = ({ source, mountpoint, options }: Mount) =>
    wanted.some(({ name, head, mountpoint: place }) => {
      const upper =
        pool.left !== undefined && pool.state.method !== 'copy' ? path.join(fullFolder(pool, head), 'fs') : `${head}/fs`
      return name === source && place === mountpoint && options.includes(`upperdir=${upper}`)
    })
  const wrong = [...mounted.values()].filter((mount) => !isRight(mount)).sort(outermostFirst)
  // What lies below a mount has to go first and comes back with the others.
  const affected = [...mounted.values()].filter(({ mountpoint }) =>
    wrong.some((mount) => mountpoint === mount.mountpoint || mountpoint.startsWith(`${mount.mountpoint}/`)),
  )
  for (const mount of affected.sort(outermostFirst).toReversed()) {
    if (isPinned(mount) || !(await unmount(mount.mountpoint))) continue
    mounted.delete(mount.source)
    const upper = mount.options.find((option) => option.startsWith('upperdir=/'))
    if (upper !== undefined) await run('umount', [path.dirname(upper.slice('upperdir='.length))])
  }
  for (const { name } of wanted) if (!mounted.has(name)) await mountFileSystem(pool, name)
}
