import { type CommandResult, succeeded } from '../../command-result.ts'
import { fileSystemOf, isWithin, parentOf, poolOf } from '../dataset.ts'
import { parseOptions, UsageError } from '../options.ts'
import { ZfsFailure } from '../zfs-failure.ts'
import { createDataset } from './create.ts'
import { checkNewName, fileSystem, poolToChange, snapshot, tree } from './find.ts'
import { mountWanted, unmountDatasets } from './mounting.ts'
import type { OpenPool } from './open-pool.ts'
import { snapshotName } from './views.ts'

function renameSnapshot(pool: OpenPool, from: string, to: string, recursive: boolean): void {
  const word = from.slice(from.indexOf('@') + 1)
  const target = to.slice(to.indexOf('@') + 1)
  const top = fileSystemOf(from)
  if (to.includes('@') && !to.startsWith('@') && fileSystemOf(to) !== top)
    throw new ZfsFailure(`cannot rename to '${to}': snapshots must be part of same dataset`)
  snapshot(pool, from)
  const owners = tree(pool, top).filter((name) => recursive || name === top).map((name) => fileSystem(pool, name)) // prettier-ignore
  for (const { snapshots } of owners)
    if (snapshots[target] !== undefined) throw new ZfsFailure(`cannot rename '${from}': dataset already exists`)
  for (const { snapshots } of owners) {
    const found = snapshots[word]
    if (found === undefined) continue
    delete snapshots[word]
    snapshots[target] = found
  }
  pool.save()
}

/** `zfs rename ARGV`. */
export async function renameDataset(argv: readonly string[]): Promise<CommandResult> {
  const options = parseOptions(argv, 'fpru')
  const [from, to, extra] = options.operands
  if (from === undefined) throw new UsageError('missing source dataset argument')
  if (to === undefined) throw new UsageError('missing target dataset argument')
  if (extra !== undefined) throw new UsageError('too many arguments')
  if (from.includes('@')) {
    const pool = await poolToChange(from)
    renameSnapshot(pool, from, to, options.has('r'))
    return succeeded()
  }
  checkNewName(`cannot rename '${from}' to`, to)
  fileSystem(await poolToChange(from), from)
  if (poolOf(from) !== poolOf(to)) throw new ZfsFailure(`cannot rename to '${to}': datasets must be within same pool`)
  const parent = parentOf(to)
  if (options.has('p') && parent !== undefined) await createDataset(['-p', parent])
  const pool = await poolToChange(from)
  if (pool.state.fileSystems[to] !== undefined) throw new ZfsFailure(`cannot rename '${from}': dataset already exists`)
  if (parent === undefined || pool.state.fileSystems[parent] === undefined)
    throw new ZfsFailure(`cannot create '${to}': parent does not exist`)
  if (isWithin(to, from)) throw new ZfsFailure(`cannot rename '${from}': New dataset name cannot be a descendant of current dataset name`) // prettier-ignore
  const busy = await unmountDatasets(pool, (name) => isWithin(name, from), true)
  if (busy !== undefined) throw new ZfsFailure(`cannot unmount '${busy}': Device busy`)
  for (const name of tree(pool, from)) {
    const own = fileSystem(pool, name)
    delete pool.state.fileSystems[name]
    pool.state.fileSystems[to + name.slice(from.length)] = own
  }
  pool.save()
  await mountWanted(pool)
  return succeeded()
}

/** `zfs promote NAME`: a clone and what it was cloned from change places. */
export async function promote(argv: readonly string[]): Promise<CommandResult> {
  const [name] = parseOptions(argv, '').operands
  if (name === undefined) throw new UsageError('missing clone filesystem argument')
  const pool = await poolToChange(name)
  const clone = fileSystem(pool, name)
  const originName = clone.origin === null ? undefined : snapshotName(pool, clone.origin)
  if (originName === undefined) throw new ZfsFailure(`cannot promote '${name}': not a cloned filesystem`)
  const { owner: parent, snapshot: origin } = snapshot(pool, originName)
  const moving = Object.entries(parent.snapshots).filter(([, { txg }]) => txg <= origin.txg)
  const clash = moving.find(([word]) => clone.snapshots[word] !== undefined)
  if (clash !== undefined) throw new ZfsFailure(`cannot promote '${name}': snapshot name '${clash[0]}' from origin \nconflicts with '${clash[0]}' from target`) // prettier-ignore
  for (const [word, each] of moving) {
    clone.snapshots[word] = each
    delete parent.snapshots[word]
    for (const id of each.layers) {
      const layer = pool.state.layers[id]
      if (layer?.owner === parent.guid) layer.owner = clone.guid
    }
  }
  clone.origin = parent.origin
  parent.origin = origin.guid
  pool.save()
  return succeeded()
}
