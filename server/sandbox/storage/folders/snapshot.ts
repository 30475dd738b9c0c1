import path from 'node:path'
import { rmSync } from 'node:fs'
import { type CommandResult, succeeded } from '../../command-result.ts'
import { fileSystemOf, invalidName } from '../dataset.ts'
import { parseOptions, UsageError } from '../options.ts'
import { ZfsFailure } from '../zfs-failure.ts'
import { givenProperties } from './create.ts'
import { fileSystem, poolToChange, tree } from './find.ts'
import { bookLayer, copyAsLayer, isTooLong, isUntouched, layerFiles, makeHead } from './layers.ts'
import { mountedDatasets, mountFileSystem, unmountDatasets } from './mounting.ts'
import { isPinned } from './mounts.ts'
import type { OpenPool } from './open-pool.ts'
import { newGuid, now } from './pool-state.ts'
import { withView } from './stream.ts'

/**
 * The layers that hold file system `name` as it is now, none of which will change again. Where it can be unmounted
 * for a moment its own layer is frozen as it is; a running jail or a nested mount holds on to it, so it is copied.
 */
async function freeze(pool: OpenPool, name: string): Promise<string[]> {
  const own = fileSystem(pool, name)
  if (isUntouched(pool, own.head, own.lower[0])) return [...own.lower]
  const mounts = mountedDatasets(pool)
  const mount = mounts.get(name)
  const holdsOthers = [...mounts.values()].some(({ mountpoint }) => mountpoint.startsWith(`${mount?.mountpoint}/`))
  const mustCopy = pool.state.method === 'copy' || pool.left !== undefined || (mount !== undefined && (holdsOthers || isPinned(mount))) // prettier-ignore
  if (mustCopy || (await unmountDatasets(pool, (each) => each === name)) !== undefined) {
    if (mount !== undefined && isTooLong(own.lower)) return [await copyAsLayer(pool, mount.mountpoint, own)]
    return [await copyAsLayer(pool, layerFiles(pool, own.head), own), ...own.lower]
  }
  if (isTooLong(own.lower)) {
    const all = await withView(pool, `${name}@`, [own.head, ...own.lower], (folder) => copyAsLayer(pool, folder, own))
    own.lower = [all]
    own.head = makeHead(pool, all)
    pool.save()
    await mountFileSystem(pool, name)
    return [all]
  }
  const frozen = own.head
  await bookLayer(pool, frozen, own)
  own.head = makeHead(pool, frozen)
  own.lower = [frozen, ...own.lower]
  pool.save()
  rmSync(path.join(pool.folders.layers, frozen, 'work'), { recursive: true, force: true })
  await mountFileSystem(pool, name)
  return [...own.lower]
}

/** `zfs snapshot ARGV`. */
export async function takeSnapshots(argv: readonly string[]): Promise<CommandResult> {
  const options = parseOptions(argv, 'ro:')
  if (options.operands.length === 0) throw new UsageError('missing snapshot argument')
  const refusal = (name: string, reason: string) => new ZfsFailure(`cannot create snapshot '${name}': ${reason}\nno snapshots were created`) // prettier-ignore
  for (const operand of options.operands) {
    if (!operand.includes('@')) throw refusal(operand, `missing '@' delimiter in snapshot name`)
    const reason = invalidName(operand)
    if (reason !== undefined) throw refusal(operand, reason)
  }
  const properties = givenProperties(options.values('o'), 'cannot create snapshots')
  const pool = await poolToChange(fileSystemOf(options.operands[0]!))
  if (pool.left === 0) throw refusal(options.operands[0]!, 'out of space')
  const wanted = options.operands.flatMap((operand) => {
    const [top = '', word = ''] = operand.split('@')
    fileSystem(pool, top)
    const names = options.has('r') ? tree(pool, top) : [top]
    return names.map((name) => ({ name, word }))
  })
  for (const { name, word } of wanted)
    if (fileSystem(pool, name).snapshots[word] !== undefined) throw refusal(`${name}@${word}`, 'dataset already exists')
  const taken: { name: string; word: string; layers: string[] }[] = []
  for (const { name, word } of wanted) taken.push({ name, word, layers: await freeze(pool, name) })
  // All of them or none, as zfs(8) does it: they are entered together.
  const txg = ++pool.state.txg
  for (const { name, word, layers } of taken)
    fileSystem(pool, name).snapshots[word] = {
      guid: newGuid(),
      txg,
      createdAt: now(),
      layers,
      properties: { ...properties },
    }
  pool.save()
  return succeeded()
}
