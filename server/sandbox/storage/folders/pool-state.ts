import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, writeSync } from 'node:fs'
import path from 'node:path'

/** A snapshot: a fixed list of layers. */
export interface SnapshotState {
  guid: string
  txg: number
  /** Seconds since 1970. */
  createdAt: number
  /** Layers, the topmost first. */
  layers: string[]
  properties: Record<string, string>
}

/** A file system: one layer of its own that is written to, over layers that never change again. */
export interface FileSystemState {
  guid: string
  txg: number
  createdAt: number
  /** guid of the snapshot that it is a clone of. */
  origin: string | null
  /** Properties set on it, native ones and the user's, in their exact form. */
  properties: Record<string, string>
  head: string
  lower: string[]
  /** Whether it is to be mounted; after a crash the mounts are made from this. */
  mounted: boolean
  snapshots: Record<string, SnapshotState>
}

/** A layer that is not written to any more. */
export interface LayerState {
  /** guid of the file system whose space it is. */
  owner: string
  bytes: number
}

/** Everything about a pool that is not file contents: `pool.json`. */
export interface PoolState {
  version: 1
  name: string
  guid: string
  createdAt: number
  txg: number
  /**
   * How a dataset is put together of layers: by overlayfs, or, where the disk cannot hold what overlayfs writes
   * (it is an overlay itself, as in most containers), by copying them into one.
   */
  method: 'overlay' | 'copy'
  nextLayer: number
  fileSystems: Record<string, FileSystemState>
  layers: Record<string, LayerState>
}

/** A random id as zfs(8) prints one: a decimal 64-bit number. */
export const newGuid = () => BigInt(`0x${randomBytes(8).toString('hex')}`).toString()

/** Seconds since 1970. */
export const now = () => Math.floor(Date.now() / 1000)

/** Where a pool's parts lie. */
export interface PoolFolders {
  root: string
  /** Layers by id: `ID/fs` holds the files, `ID/work` belongs to overlayfs. */
  layers: string
  trash: string
  /** Mount points of read-only looks into snapshots. */
  views: string
}

/** Where the parts of pool `name` lie below the sandbox's storage folder. */
export function poolFolders(storage: string, name: string): PoolFolders {
  const root = path.join(storage, name)
  const at = (part: string) => path.join(root, part)
  return { root, layers: at('layers'), trash: at('trash'), views: at('views') }
}

/** Names of all pools. */
export function poolNames(storage: string): string[] {
  try {
    return readdirSync(storage, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort()
  } catch {
    return []
  }
}

/** Reads a pool's state; throws where it is damaged. */
export function loadPool(folders: PoolFolders): PoolState {
  const file = path.join(folders.root, 'pool.json')
  const pool = JSON.parse(readFileSync(file, 'utf8')) as PoolState
  if (pool.version !== 1) throw new Error(`${file} is from another version`)
  return pool
}

/** Writes a pool's state: whole or not at all, and on disk when this returns. */
export function savePool(folders: PoolFolders, pool: PoolState): void {
  const temporary = path.join(folders.root, 'pool.json.new')
  const file = openSync(temporary, 'w', 0o600)
  try {
    writeSync(file, `${JSON.stringify(pool, undefined, 1)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(temporary, path.join(folders.root, 'pool.json'))
}

/** Makes the folders and the state of a new pool with its top file system, which is not mounted yet. */
export function makePool(
  storage: string,
  name: string,
  method: PoolState['method'],
  properties: Record<string, string>,
): void {
  const folders = poolFolders(storage, name)
  // Made under another name first: a folder without pool.json would be a broken pool.
  const unfinished = poolFolders(storage, `.${name}.${process.pid}`)
  for (const folder of [unfinished.layers, unfinished.trash, unfinished.views])
    mkdirSync(folder, { recursive: true, mode: 0o755 })
  mkdirSync(path.join(unfinished.layers, EMPTY_LAYER, 'fs'), { recursive: true })
  for (const part of ['fs', 'work']) mkdirSync(path.join(unfinished.layers, '1', part), { recursive: true })
  const createdAt = now()
  savePool(unfinished, {
    version: 1,
    name,
    guid: newGuid(),
    createdAt,
    txg: 4,
    method,
    nextLayer: 2,
    layers: {},
    fileSystems: {
      [name]: {
        guid: newGuid(),
        txg: 1,
        createdAt,
        origin: null,
        properties,
        head: '1',
        lower: [],
        mounted: true,
        snapshots: {},
      },
    },
  })
  renameSync(unfinished.root, folders.root)
}

/** The layer below all others: overlayfs wants at least one that is not written to. */
export const EMPTY_LAYER = '0'
