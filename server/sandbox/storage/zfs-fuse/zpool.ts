import { rmSync, statfsSync, truncateSync, closeSync, openSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { type CommandResult, succeeded } from '../../command-result.ts'
import { storageContext } from '../context.ts'
import { parseOptions, UsageError, usageFailure } from '../options.ts'
import { getPoolProperties, listPools, type PoolView } from '../print-pools.ts'
import { mustRun, run } from '../run.ts'
import { parseSize } from '../sizes.ts'
import { startDaemon } from './daemon.ts'
import { ASKED } from './read-datasets.ts'

/** Biggest pool that a sandbox makes; its file takes only what is written. */
const MOST_BYTES = 64 * 1024 ** 3
/** Part of the disk's free space that a pool may grow to. */
const SHARE = 0.8
const BLOCK_BYTES = 1024 ** 2

const poolFile = (name: string) => path.join(storageContext().paths.storage, `${name}.zpool`)

async function readPools(): Promise<PoolView[]> {
  const lines = (await mustRun('zpool', ['list', '-H', '-o', 'name,guid,size,alloc,health'])).split('\n')
  return lines
    .filter((line) => line.includes('\t'))
    .map((line) => {
      const [name = '', guid = '', size = '', used = '', health = ''] = line.split('\t')
      // zfs-fuse rounds the sizes of pools and has no way to tell them exactly.
      const [total, allocated] = [parseSize(size) ?? 0, parseSize(used) ?? 0]
      return { name, guid, allocated, free: total - allocated, health, device: poolFile(name) }
    })
}

async function create(argv: readonly string[]): Promise<CommandResult> {
  const options = parseOptions(argv, 'fndm:o:O:R:')
  const [name, ...devices] = options.operands
  if (name === undefined) throw new UsageError('missing pool name argument')
  const mountpoint = ['-m', options.value('m') ?? `/${name}`]
  if (devices.length > 0) return run('zpool', ['create', ...mountpoint, name, ...devices])
  const { paths } = storageContext()
  mkdirSync(paths.storage, { recursive: true })
  const disk = statfsSync(paths.storage)
  const bytes = Math.min(MOST_BYTES, Math.floor(disk.bavail * disk.bsize * SHARE))
  const file = poolFile(name)
  closeSync(openSync(file, 'wx', 0o600))
  truncateSync(file, bytes - (bytes % BLOCK_BYTES))
  const result = await run('zpool', ['create', ...mountpoint, name, file])
  if (result.status === 0) return succeeded()
  rmSync(file, { force: true })
  return result
}

async function destroy(argv: readonly string[]): Promise<CommandResult> {
  const result = await run('zpool', ['destroy', ...argv])
  const name = argv.at(-1)
  if (result.status === 0 && name !== undefined && /^[A-Za-z][\w.:-]*$/.test(name))
    rmSync(poolFile(name), { force: true })
  return result
}

/** `zpool sync`, which zfs-fuse lacks: setting a property waits until everything before it is on the disk. */
async function sync(argv: readonly string[]): Promise<CommandResult> {
  const names = argv.length > 0 ? argv : (await readPools()).map(({ name }) => name)
  for (const name of names) {
    const result = await run('zfs', ['set', `${ASKED}synced=${Date.now()}`, name])
    if (result.status !== 0) return result
  }
  return succeeded()
}

/** `zpool ARGV` on zfs-fuse; a pool that is made without devices gets a file of the sandbox's own. */
export async function fuseZpool(argv: readonly string[]): Promise<CommandResult> {
  const [word, ...rest] = argv
  await startDaemon()
  try {
    switch (word) {
      case 'list':
        return listPools(rest, await readPools())
      case 'get':
        return getPoolProperties(rest, await readPools())
      case 'create':
        return await create(rest)
      case 'sync':
        return await sync(rest)
      case 'destroy':
        return await destroy(rest)
      default:
        return await run('zpool', [...argv])
    }
  } catch (error) {
    if (error instanceof UsageError) return usageFailure(error.message, `zpool ${word} ...`)
    throw error
  }
}
