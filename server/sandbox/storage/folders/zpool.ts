import { existsSync, mkdirSync, rmSync, statfsSync } from 'node:fs'
import { type CommandResult, failed, succeeded } from '../../command-result.ts'
import { storageContext } from '../context.ts'
import { isWithin } from '../dataset.ts'
import { parseOptions, UsageError, usageFailure } from '../options.ts'
import type { PoolView } from '../print-pools.ts'
import { getPoolProperties, listPools, poolStatus } from '../print-pools.ts'
import { run } from '../run.ts'
import { ZfsFailure } from '../zfs-failure.ts'
import { sweepLayers } from './layers.ts'
import { unmountDatasets } from './mounting.ts'
import { canOverlay } from './mounts.ts'
import { alone, type OpenPool, openToChange, pools, readPools } from './open-pool.ts'
import { makePool, poolFolders } from './pool-state.ts'
import { measure } from './space.ts'

async function viewOf(pool: OpenPool): Promise<PoolView> {
  const { name, guid } = pool.state
  const space = await measure(pool)
  const used = space.used(name)
  const { bavail, bsize } = statfsSync(pool.folders.root)
  return { name, guid, allocated: used, free: bavail * bsize, health: 'ONLINE', device: pool.folders.root }
}

/** Makes pool `name`; its top file system is mounted at `/NAME`, or at `mountpoint`. */
export function createFolderPool(name: string, mountpoint?: string): Promise<void> {
  return alone(async () => {
    const { paths } = storageContext()
    mkdirSync(paths.storage, { recursive: true })
    const method = (await canOverlay(paths.storage)) ? 'overlay' : 'copy'
    makePool(paths.storage, name, method, mountpoint === undefined ? {} : { mountpoint })
    await openToChange(name)
  })
}

async function create(argv: readonly string[]): Promise<CommandResult> {
  const options = parseOptions(argv, 'fndm:o:O:R:')
  const [name] = options.operands
  if (name === undefined) throw new UsageError('missing pool name argument')
  if (!/^[A-Za-z][A-Za-z0-9\-_.:]*$/.test(name) || /^(mirror|raidz|log|spare|cache)/.test(name))
    throw new ZfsFailure(`cannot create '${name}': invalid character in pool name`)
  if (pools().includes(name)) throw new ZfsFailure(`cannot create '${name}': pool already exists`)
  await createFolderPool(name, options.value('m'))
  return succeeded()
}

async function destroy(argv: readonly string[]): Promise<CommandResult> {
  const [name] = parseOptions(argv, 'f').operands
  if (name === undefined) throw new UsageError('missing pool argument')
  return alone(async () => {
    if (!pools().includes(name)) throw new ZfsFailure(`cannot open '${name}': no such pool`)
    const pool = await openToChange(name)
    const busy = await unmountDatasets(pool, (each) => isWithin(each, name), true)
    if (busy !== undefined) throw new ZfsFailure(`cannot destroy '${name}': pool is busy`)
    pool.state.fileSystems = {}
    sweepLayers(pool)
    rmSync(poolFolders(storageContext().paths.storage, name).root, { recursive: true, force: true })
    return succeeded()
  })
}

const views = () => Promise.all(readPools().map(viewOf))

/** `zpool ARGV` on pools that are kept in folders. */
export async function folderZpool(argv: readonly string[]): Promise<CommandResult> {
  const [word, ...rest] = argv
  try {
    switch (word) {
      case 'list':
        return listPools(rest, await views())
      case 'get':
        return getPoolProperties(rest, await views())
      case 'status':
        return poolStatus(rest, await views())
      case 'create':
        return await create(rest)
      case 'sync':
        return await run('sync', ['-f', storageContext().paths.storage])
      case 'destroy':
        return await destroy(rest)
      default:
        return usageFailure(
          word === undefined ? 'missing command' : `unrecognized command '${word}'`,
          'zpool command args ...',
        )
    }
  } catch (error) {
    if (error instanceof ZfsFailure) return failed(`${error.message}\n`)
    if (error instanceof UsageError) return usageFailure(error.message, `zpool ${word} ...`)
    throw error
  }
}

/** Makes the mounts of every pool, putting right what a crash left behind; for the start of the host. */
export function mountFolderPools(): Promise<void> {
  return alone(async () => {
    if (!existsSync(storageContext().paths.storage)) return
    for (const name of pools()) await openToChange(name)
  })
}
