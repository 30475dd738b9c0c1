import { existsSync } from 'node:fs'
import path from 'node:path'
import { zfs, zpool } from '../../storage/zfs.ts'
import type { Dialect } from '../../state.ts'
import { IocageError, traceback } from '../errors.ts'
import type { Output } from '../output.ts'
import { defaultValues } from '../properties.ts'
import { writeConfig } from './config-file.ts'
import { hostId, hostMacPrefix } from './host-identity.ts'
import type { Iocage } from './iocage-root.ts'

/** Marks a pool as the one that iocage works on. */
export const ACTIVE = 'org.freebsd.ioc:active'

const DATASETS = ['', '/download', '/images', '/jails', '/log', '/releases', '/templates']

interface Opening {
  dialect: Dialect
  out: Output
  isRoot: boolean
  command: string
  /** Started by the host's boot script: then no pool is chosen on the way. */
  rc: boolean
}

/**
 * Finds the active pool and makes what is missing of iocage's datasets, as every command but (de)activate does first:
 * without an active pool, root gets the first one activated.
 */
export async function openIocage({ dialect, out, isRoot, command, rc }: Opening): Promise<Iocage> {
  if (command === 'activate' || command === 'deactivate') return { dialect, out, isRoot, pool: '', root: '' }
  const pool = await activePool(dialect, out, isRoot, rc)
  const root = await datasetsRoot(dialect, out, isRoot, pool)
  if (dialect === '1.13' && isRoot && !existsSync(path.join(root, 'defaults.json'))) {
    out.info('Default configuration missing, creating one')
    writeConfig(path.join(root, 'defaults.json'), {
      ...defaultValues('1.13'),
      hostid: hostId(),
      mac_prefix: hostMacPrefix(),
    })
  }
  return { dialect, out, isRoot, pool, root }
}

/** Every pool and whether it is marked active. */
export async function poolMarks(): Promise<{ name: string; active: boolean }[]> {
  const names = (await zpool('list', '-H', '-o', 'name')).stdout.split('\n').filter(Boolean)
  if (names.length === 0) return []
  const marks = (await zfs('get', '-H', '-o', 'name,value', ACTIVE, ...names)).stdout.split('\n')
  return names.map((name) => ({ name, active: marks.includes(`${name}\tyes`) }))
}

async function activePool(dialect: Dialect, out: Output, isRoot: boolean, rc: boolean): Promise<string> {
  const pools = await poolMarks()
  const active = pools.filter((pool) => pool.active)
  const [only, second] = active
  if (second !== undefined) {
    out.error('Pools:')
    for (const { name } of pools) out.error(`  ${name}`)
    throw new IocageError(
      `You have ${active.length} poolsmarked active for iocage usage.\n Run "iocage activate ZPOOL" on the preferred pool.\n`,
    )
  }
  if (only !== undefined) return only.name
  const first = pools.find(({ name }) => name !== 'freenas-boot' && name !== 'boot-pool')
  if (first === undefined) throw new IocageError('No zpools found! Please create one before using iocage.')
  if (rc) throw new IocageError('Please activate a pool with iocage activate ZPOOL before starting jails')
  if (!isRoot) throw new IocageError('Run as root to automatically activate the first zpool!')
  out.info(`Setting up zpool [${first.name}] for iocage usage`)
  out.info('If you wish to change please use "iocage activate"')
  await zfs('set', `${ACTIVE}=yes`, first.name)
  return first.name
}

/** iocage's folder on the pool, after the missing ones of its seven datasets were made. */
async function datasetsRoot(dialect: Dialect, out: Output, isRoot: boolean, pool: string): Promise<string> {
  const top = `${pool}/iocage`
  const mountpoints = async () => {
    const listed = await zfs('list', '-H', '-o', 'name,mountpoint', '-r', '-d', '1', top)
    return new Map(listed.stdout.split('\n').map((line) => line.split('\t') as [string, string]))
  }
  let existing = await mountpoints()
  const missing = DATASETS.map((name) => top + name).filter((name) => !existing.has(name))
  if (missing.length > 0) {
    if (!isRoot) throw new IocageError('Run as root to create missing datasets!')
    const options = dialect === '0.9.7' ? ['compression=lz4'] : ['aclmode=passthrough', 'aclinherit=passthrough']
    const taken =
      dialect === '0.9.7' && (await zfs('list', '-H', '-o', 'mountpoint')).stdout.split('\n').includes('/iocage')
    for (const name of missing) {
      out.info(`Creating ${name}`)
      const mountpoint =
        name === top && dialect === '0.9.7' ? [`mountpoint=${taken ? `/${pool}/iocage` : '/iocage'}`] : []
      const made = await zfs('create', ...[...options, ...mountpoint].flatMap((option) => ['-o', option]), name)
      if (made.status !== 0) throw traceback('iocage_lib.zfs.ZFSException', made.stderr.trim())
    }
    existing = await mountpoints()
  }
  const root = existing.get(top)
  if (root === undefined || !root.startsWith('/')) throw new IocageError(`${top} is not mounted`)
  return root
}
