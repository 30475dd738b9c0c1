import { mkdirSync, rmdirSync } from 'node:fs'
import { type CommandResult, succeeded } from '../../command-result.ts'
import { compareTrees, printDifferences } from '../compare-trees.ts'
import { fileSystemOf, poolOf } from '../dataset.ts'
import { parseOptions, UsageError } from '../options.ts'
import { run } from '../run.ts'
import { ZfsFailure } from '../zfs-failure.ts'
import { persistently } from './persistently.ts'
import { HIDDEN_CLONE } from './read-datasets.ts'

/** Runs `body` with a folder in which a snapshot's files can be read: zfs-fuse has no `.zfs/snapshot`, so a clone. */
async function withClone<T>(snapshot: string, body: (folder: string) => Promise<T>): Promise<T> {
  const clone = `${poolOf(snapshot)}/${HIDDEN_CLONE}${process.pid}-${snapshot.split('@')[1]}`
  const folder = `/run/zfs/diff-${process.pid}-${snapshot.split('@')[1]}`
  mkdirSync(folder, { recursive: true })
  const { status, stderr } = await run('zfs', [
    'clone',
    '-o',
    `mountpoint=${folder}`,
    '-o',
    'readonly=on',
    snapshot,
    clone,
  ])
  if (status !== 0) throw new ZfsFailure(stderr.trim())
  try {
    return await body(folder)
  } finally {
    await persistently(['destroy', '-f', clone])
    rmdirSync(folder)
  }
}

/** `zfs diff ARGV`, which zfs-fuse lacks. */
export async function fuseDiff(argv: readonly string[]): Promise<CommandResult> {
  const options = parseOptions(argv, 'FHt')
  const [from, to] = options.operands
  if (from === undefined) throw new UsageError('must provide at least one snapshot name')
  if (!from.includes('@')) throw new ZfsFailure(`cannot show differences: '${from}' is not a snapshot`)
  const { stdout } = await run('zfs', ['get', '-H', '-o', 'value', 'mountpoint', fileSystemOf(from)])
  const mountpoint = stdout.trim()
  const found = await withClone(
    from,
    (old) =>
    to?.includes('@') === true ? withClone(to, async (young) => compareTrees(old, young)) : Promise.resolve(compareTrees(old, mountpoint)), // prettier-ignore
  )
  return succeeded(printDifferences(found, mountpoint, options.has('F')))
}
