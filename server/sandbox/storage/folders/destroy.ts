import { type CommandResult, succeeded } from '../../command-result.ts'
import { fileSystemOf } from '../dataset.ts'
import { parseOptions, UsageError } from '../options.ts'
import { ZfsFailure } from '../zfs-failure.ts'
import { fileSystem, poolToChange, tree } from './find.ts'
import { sweepLayers } from './layers.ts'
import { unmountDatasets } from './mounting.ts'
import type { OpenPool } from './open-pool.ts'
import { clonesOf } from './views.ts'

interface Doomed {
  fileSystems: Set<string>
  /** Snapshots, `DATASET@SNAPSHOT`, of file systems that stay. */
  snapshots: Set<string>
}

const list = (names: Iterable<string>) => [...names].sort().join('\n')

/** Adds clones of the doomed, their children, and so on, until nothing hangs on what goes. */
function addDependents(pool: OpenPool, doomed: Doomed): void {
  for (let before = -1; before !== doomed.fileSystems.size;) {
    before = doomed.fileSystems.size
    const all = [
      ...doomed.snapshots,
      ...[...doomed.fileSystems].flatMap((name) =>
        Object.keys(pool.state.fileSystems[name]!.snapshots).map((snapshot) => `${name}@${snapshot}`),
      ),
    ]
    for (const name of all) {
      const { guid } = pool.state.fileSystems[fileSystemOf(name)]!.snapshots[name.slice(name.indexOf('@') + 1)]!
      for (const clone of clonesOf(pool, guid)) for (const each of tree(pool, clone)) doomed.fileSystems.add(each)
    }
  }
}

async function destroyFileSystem(pool: OpenPool, name: string, children: boolean, clones: boolean): Promise<void> {
  const { snapshots } = fileSystem(pool, name)
  const below = tree(pool, name).slice(1)
  const dependents = [...below, ...Object.keys(snapshots).map((snapshot) => `${name}@${snapshot}`)]
  if (dependents.length > 0 && !children)
    throw new ZfsFailure(
      `cannot destroy '${name}': filesystem has children\nuse '-r' to destroy the following datasets:\n${list(dependents)}`,
    )
  const own = new Set([name, ...below])
  const doomed: Doomed = { fileSystems: new Set(own), snapshots: new Set() }
  addDependents(pool, doomed)
  const foreign = [...doomed.fileSystems].filter((each) => !own.has(each))
  if (foreign.length > 0 && !clones)
    throw new ZfsFailure(
      `cannot destroy '${name}': filesystem has dependent clones\nuse '-R' to destroy the following datasets:\n${list(foreign)}`,
    )
  if (name === pool.state.name) throw new ZfsFailure(`cannot destroy '${name}': operation does not apply to pools\nuse 'zfs destroy -r ${name}' to destroy all datasets in the pool\nuse 'zpool destroy ${name}' to destroy the pool itself`) // prettier-ignore
  const busy = await unmountDatasets(pool, (each) => doomed.fileSystems.has(each), true)
  if (busy !== undefined) throw new ZfsFailure(`cannot destroy '${busy}': dataset is busy`)
  for (const each of doomed.fileSystems) delete pool.state.fileSystems[each]
}

async function destroySnapshots(pool: OpenPool, name: string, children: boolean, clones: boolean): Promise<void> {
  const [top, words] = [fileSystemOf(name), name.slice(name.indexOf('@') + 1)]
  const found = tree(pool, top)
    .filter((each) => children || each === top)
    .flatMap((each) => words.split(',').filter((word) => pool.state.fileSystems[each]!.snapshots[word] !== undefined).map((word) => `${each}@${word}`)) // prettier-ignore
  if (found.length === 0) throw new ZfsFailure('could not find any snapshots to destroy; check snapshot names.')
  const doomed: Doomed = { fileSystems: new Set(), snapshots: new Set(found) }
  addDependents(pool, doomed)
  if (doomed.fileSystems.size > 0 && !clones)
    throw new ZfsFailure(
      `cannot destroy '${name}': snapshot has dependent clones\nuse '-R' to destroy the following datasets:\n${list(doomed.fileSystems)}`,
    )
  const busy = await unmountDatasets(pool, (each) => doomed.fileSystems.has(each), true)
  if (busy !== undefined) throw new ZfsFailure(`cannot destroy '${busy}': dataset is busy`)
  for (const each of doomed.fileSystems) delete pool.state.fileSystems[each]
  for (const each of doomed.snapshots)
    delete pool.state.fileSystems[fileSystemOf(each)]?.snapshots[each.slice(each.indexOf('@') + 1)]
}

/** `zfs destroy ARGV`. */
export async function destroyDataset(argv: readonly string[]): Promise<CommandResult> {
  const options = parseOptions(argv, 'dfnprRv')
  const [name, extra] = options.operands
  if (name === undefined) throw new UsageError('missing dataset argument')
  if (extra !== undefined) throw new UsageError('too many arguments')
  const clones = options.has('R')
  const children = clones || options.has('r')
  const isSnapshot = name.includes('@')
  const pool = await poolToChange(fileSystemOf(name))
  fileSystem(pool, fileSystemOf(name))
  await (isSnapshot ? destroySnapshots : destroyFileSystem)(pool, name, children, clones)
  pool.save()
  sweepLayers(pool)
  return succeeded()
}
