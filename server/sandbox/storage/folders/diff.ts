import { type CommandResult, succeeded } from '../../command-result.ts'
import { compareTrees, printDifferences } from '../compare-trees.ts'
import { fileSystemOf } from '../dataset.ts'
import { parseOptions, UsageError } from '../options.ts'
import { ZfsFailure } from '../zfs-failure.ts'
import { fileSystem, poolToChange, snapshot } from './find.ts'
import { mountedDatasets, mountpointOf } from './mounting.ts'
import { withView } from './stream.ts'

/** `zfs diff ARGV`. */
export async function diffDatasets(argv: readonly string[]): Promise<CommandResult> {
  const options = parseOptions(argv, 'FHt')
  const [from, to = fileSystemOf(from ?? '')] = options.operands
  if (from === undefined) throw new UsageError('must provide at least one snapshot name')
  if (!from.includes('@')) throw new ZfsFailure(`cannot show differences: '${from}' is not a snapshot`)
  const name = fileSystemOf(from)
  if (fileSystemOf(to) !== name)
    throw new ZfsFailure(`cannot show differences: '${to}' is not of the same dataset as '${from}'`)
  const pool = await poolToChange(name)
  fileSystem(pool, name)
  const before = snapshot(pool, from).snapshot.layers
  const after = to.includes('@') ? snapshot(pool, to).snapshot.layers : undefined
  const { value: mountpoint } = mountpointOf(pool, name)
  const mounted = mountedDatasets(pool).get(name)?.mountpoint
  if (after === undefined && mounted === undefined)
    throw new ZfsFailure(`cannot show differences: '${name}' is not mounted`)
  const found = await withView(
    pool,
    from,
    before,
    (old) =>
    after === undefined ? Promise.resolve(compareTrees(old, mounted!)) : withView(pool, to, after, async (young) => compareTrees(old, young)), // prettier-ignore
  )
  return succeeded(printDifferences(found, mountpoint, options.has('F')))
}
