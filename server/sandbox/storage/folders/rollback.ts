import { type CommandResult, succeeded } from '../../command-result.ts'
import { fileSystemOf } from '../dataset.ts'
import { parseOptions, UsageError } from '../options.ts'
import { ZfsFailure } from '../zfs-failure.ts'
import { fileSystem, poolToChange, snapshot, tree } from './find.ts'
import { standOn, sweepLayers } from './layers.ts'
import { mountedDatasets, mountWanted, unmountDatasets } from './mounting.ts'
import { clonesOf } from './views.ts'

/** `zfs rollback ARGV`. */
export async function rollback(argv: readonly string[]): Promise<CommandResult> {
  const options = parseOptions(argv, 'rRf')
  const [name, extra] = options.operands
  if (name === undefined || !name.includes('@')) throw new UsageError('missing dataset argument')
  if (extra !== undefined) throw new UsageError('too many arguments')
  const top = fileSystemOf(name)
  const pool = await poolToChange(top)
  const { owner, snapshot: target } = snapshot(pool, name)
  const newer = Object.entries(owner.snapshots).filter(([, each]) => each.txg > target.txg)
  const names = newer.map(([word]) => `${top}@${word}`).sort()
  if (newer.length > 0 && !options.has('r') && !options.has('R'))
    throw new ZfsFailure(
      `cannot rollback to '${name}': more recent snapshots or bookmarks exist\n` +
        `use '-r' to force deletion of the following snapshots and bookmarks:\n${names.join('\n')}`,
    )
  const clones = newer.flatMap(([, { guid }]) => clonesOf(pool, guid))
  if (clones.length > 0 && !options.has('R'))
    throw new ZfsFailure(
      `cannot rollback to '${name}': clones of previous snapshots exist\n` +
        `use '-R' to force deletion of the following clones and dependents:\n${clones.sort().join('\n')}`,
    )
  const doomed = new Set(clones.flatMap((clone) => tree(pool, clone)))
  // What is mounted inside it has to make way too, and comes back below.
  const place = mountedDatasets(pool).get(top)?.mountpoint
  const inside = [...mountedDatasets(pool).values()].filter(({ mountpoint }) => place !== undefined && mountpoint.startsWith(`${place}/`)) // prettier-ignore
  const moving = new Set([top, ...doomed, ...inside.map(({ source }) => source)])
  const busy = await unmountDatasets(pool, (each) => moving.has(each))
  if (busy !== undefined) throw new ZfsFailure(`cannot rollback '${top}': dataset is busy`)
  for (const each of doomed) delete pool.state.fileSystems[each]
  for (const [word] of newer) delete owner.snapshots[word]
  const own = fileSystem(pool, top)
  Object.assign(own, await standOn(pool, target.layers))
  pool.save()
  await mountWanted(pool)
  sweepLayers(pool)
  return succeeded()
}
