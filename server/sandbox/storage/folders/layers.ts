import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  type Stats,
  utimesSync,
} from 'node:fs'
import path from 'node:path'
import { mustRun, run, runDetached } from '../run.ts'
import type { OpenPool } from './open-pool.ts'
import { readMounts } from './mounts.ts'
import { EMPTY_LAYER, type FileSystemState } from './pool-state.ts'

/** Layers that a snapshot may have before its files are gathered into one; overlayfs takes at most 500. */
const MOST_LAYERS = 100

/** Folder with the files of layer `id`. */
export const layerFiles = ({ folders }: OpenPool, id: string) => path.join(folders.layers, id, 'fs')

function copyAttributes(from: Stats, to: string): void {
  chownSync(to, from.uid, from.gid)
  chmodSync(to, from.mode & 0o7777)
  utimesSync(to, from.atime, from.mtime)
}

/** Makes an empty layer to write to, its top folder like that of layer `like`. */
export function makeHead(pool: OpenPool, like?: string): string {
  const id = (pool.state.nextLayer++).toString(36)
  const folder = path.join(pool.folders.layers, id)
  // A number that a killed command took is free again once its folder is.
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(path.join(folder, 'fs'), { recursive: true })
  mkdirSync(path.join(folder, 'work'))
  if (like !== undefined) copyAttributes(lstatSync(layerFiles(pool, like)), layerFiles(pool, id))
  return id
}

/**
 * What a file system that begins as `layers` is made of: an empty layer over them, or, in a pool that copies,
 * one layer with all their files.
 */
export async function standOn(pool: OpenPool, layers: readonly string[]): Promise<{ head: string; lower: string[] }> {
  const head = makeHead(pool, layers[0])
  if (pool.state.method !== 'copy') return { head, lower: [...layers] }
  for (const id of layers.toReversed()) await copyFiles(layerFiles(pool, id), layerFiles(pool, head))
  return { head, lower: [] }
}

/** Whether nothing was written to layer `head` since it was put over `below`. */
export function isUntouched(pool: OpenPool, head: string, below: string | undefined): boolean {
  const files = layerFiles(pool, head)
  if (below === undefined || readdirSync(files).length > 0) return false
  const [own, lower] = [lstatSync(files), lstatSync(layerFiles(pool, below))]
  return own.mode === lower.mode && own.uid === lower.uid && own.gid === lower.gid
}

/** Space in bytes that layers take on the disk, by id. */
export async function measureLayers(pool: OpenPool, ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map()
  // Files may vanish while du looks: it says so, exits 1 and is right about the rest.
  const { stdout } = await run('du', ['-s', '-x', '-B1', ...ids.map((id) => `${id}/fs`)], pool.folders.layers)
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'))
  return new Map(lines.map(([bytes, name]) => [name?.split('/')[0] ?? '', Number(bytes)]))
}

/** Enters a layer that will not change any more into the pool's books. */
export async function bookLayer(pool: OpenPool, id: string, owner: FileSystemState): Promise<void> {
  const bytes = (await measureLayers(pool, [id])).get(id) ?? 0
  pool.state.layers[id] = { owner: owner.guid, bytes }
}

async function copyFiles(from: string, to: string): Promise<void> {
  await mustRun('cp', ['-a', '-x', '--reflink=auto', `${from}/.`, to])
  copyAttributes(lstatSync(from), to)
}

/** Copies the files in folder `from` (a layer, or a mounted file system) as a new layer, marks of overlayfs included. */
export async function copyAsLayer(pool: OpenPool, from: string, owner: FileSystemState): Promise<string> {
  const id = makeHead(pool)
  const target = layerFiles(pool, id)
  await copyFiles(from, target)
  rmSync(path.join(pool.folders.layers, id, 'work'), { recursive: true, force: true })
  await bookLayer(pool, id, owner)
  return id
}

/** Whether a list of layers has grown so long that it should become one. */
export const isTooLong = (layers: readonly string[]) => layers.length >= MOST_LAYERS

/** Layers that something still needs. */
function neededLayers({ state }: OpenPool): Set<string> {
  const needed = new Set<string>([EMPTY_LAYER])
  for (const { head, lower, snapshots } of Object.values(state.fileSystems))
    for (const id of [head, ...lower, ...Object.values(snapshots).flatMap(({ layers }) => layers)]) needed.add(id)
  return needed
}

/**
 * Takes layers that nothing needs away: at once by name, from the disk in a process of its own,
 * because deleting many files is the slowest thing that storage does.
 */
export function sweepLayers(pool: OpenPool): void {
  const needed = neededLayers(pool)
  for (const id of readdirSync(pool.folders.layers)) {
    if (needed.has(id)) continue
    renameSync(
      path.join(pool.folders.layers, id),
      path.join(pool.folders.trash, `${id}-${randomBytes(4).toString('hex')}`),
    )
  }
  for (const id of Object.keys(pool.state.layers)) if (!needed.has(id)) delete pool.state.layers[id]
  sweepUnfinished(pool)
  const trash = readdirSync(pool.folders.trash)
  if (trash.length > 0) runDetached('rm', ['-rf', ...trash.map((name) => path.join(pool.folders.trash, name))])
}

/** Takes away what commands that are gone left behind: half received streams, looks into snapshots. */
function sweepUnfinished({ folders }: OpenPool): void {
  const mounts = readMounts()
  for (const parent of [folders.views, path.join(folders.root, 'incoming')]) {
    if (!existsSync(parent)) continue
    for (const name of readdirSync(parent)) {
      if (existsSync(`/proc/${name.split('-')[0]}`)) continue
      const folder = path.join(parent, name)
      if (mounts.some(({ mountpoint }) => mountpoint === folder)) spawnSync('umount', ['-l', folder])
      renameSync(folder, path.join(folders.trash, name))
    }
  }
}
