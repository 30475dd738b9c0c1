import { storageContext } from '../context.ts'
import { bytesLeft } from '../full-disk.ts'
import { withLock } from '../lock.ts'
import { sweepLayers } from './layers.ts'
import { mountWanted } from './mounting.ts'
import { loadPool, type PoolFolders, poolFolders, poolNames, type PoolState, savePool } from './pool-state.ts'

/** A pool while a command works on it. */
export interface OpenPool {
  folders: PoolFolders
  state: PoolState
  /** Bytes that writers shall still find free, where the fault `disk-full` says so. */
  left: number | undefined
  /** Writes what was changed; what a command did counts from here on. */
  save(): void
}

function openPool(name: string): OpenPool {
  const { paths } = storageContext()
  const folders = poolFolders(paths.storage, name)
  const state = loadPool(folders)
  return { folders, state, left: bytesLeft(), save: () => savePool(folders, state) }
}

/** Names of the pools there are. */
export const pools = () => poolNames(storageContext().paths.storage)

/** Every pool, to read. */
export const readPools = (): OpenPool[] => pools().map(openPool)

/** Runs `body` alone among all commands of this sandbox. */
export const alone = <T>(body: () => Promise<T>): Promise<T> => withLock(storageContext().paths.storage, body)

/** Opens pool `name` to change it, inside `alone`, and first puts right what a killed command left behind. */
export async function openToChange(name: string): Promise<OpenPool> {
  const pool = openPool(name)
  sweepLayers(pool)
  await mountWanted(pool)
  return pool
}
