import { fileSystemOf, invalidName, poolOf } from '../dataset.ts'
import { ZfsFailure } from '../zfs-failure.ts'
import { type OpenPool, openToChange, pools } from './open-pool.ts'
import type { FileSystemState, SnapshotState } from './pool-state.ts'

/** Opens the pool of dataset `name` to change it; ZfsFailure where there is no such pool. */
export async function poolToChange(
  name: string,
  otherwise = `cannot open '${name}': dataset does not exist`,
): Promise<OpenPool> {
  const pool = poolOf(name)
  if (!pools().includes(pool)) throw new ZfsFailure(otherwise)
  return openToChange(pool)
}

/** The file system `name` of a pool; ZfsFailure where there is none. */
export function fileSystem({ state }: OpenPool, name: string): FileSystemState {
  const found = state.fileSystems[name]
  if (found === undefined) throw new ZfsFailure(`cannot open '${name}': dataset does not exist`)
  return found
}

/** The snapshot `name` (`DATASET@SNAPSHOT`) of a pool; ZfsFailure where there is none. */
export function snapshot(pool: OpenPool, name: string): { owner: FileSystemState; snapshot: SnapshotState } {
  const owner = pool.state.fileSystems[fileSystemOf(name)]
  const found = owner?.snapshots[name.slice(name.indexOf('@') + 1)]
  if (owner === undefined || found === undefined) throw new ZfsFailure(`cannot open '${name}': dataset does not exist`)
  return { owner, snapshot: found }
}

/** ZfsFailure where `name` cannot be a new dataset's name; `verb` begins the message (`cannot create`). */
export function checkNewName(verb: string, name: string): void {
  const reason = invalidName(name)
  if (reason !== undefined) throw new ZfsFailure(`${verb} '${name}': ${reason}`)
}

/** Names of `name` and of every file system below it, parents first. */
export const tree = ({ state }: OpenPool, name: string): string[] =>
  Object.keys(state.fileSystems).filter((each) => each === name || each.startsWith(`${name}/`)).sort() // prettier-ignore
