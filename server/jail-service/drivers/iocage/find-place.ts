import type { Pool } from '@/lib/host.ts'
import { parsePools, tabbedLines, ZPOOL_LIST } from '../../host/parse-zfs.ts'
import { CommandUnusable } from '../../host/read-command.ts'

/** The property by which iocage marks its pool (contract 2.1). */
export const ACTIVE_PROPERTY = 'org.freebsd.ioc:active'

/** Where iocage keeps its jails. */
export interface Place {
  pools: Pool[]
  /** The one active pool; undefined when none is, or two are. */
  pool: string | undefined
  /** Mount point of POOL/iocage on the host; undefined until iocage made it. */
  root: string | undefined
  problems: { summary: string; hint: string }[]
}

/** Answers a command's standard output; throws with a sentence when it failed. */
export type ReadCommand = (command: 'zfs' | 'zpool', argv: readonly string[]) => Promise<string>

/**
 * Asks zfs which pool is active and where iocage's datasets are mounted. Throws CommandUnusable when zfs cannot be asked, or
 * when what it prints is no answer: else a moment of nonsense would take all jails from the table.
 */
export async function findPlace(read: ReadCommand): Promise<Place> {
  const listed = await read('zpool', ZPOOL_LIST)
  const pools = parsePools(listed)
  if (pools.length === 0 && listed.trim() !== '')
    throw new CommandUnusable('zpool printed something that is no list of pools')
  if (pools.length === 0)
    return {
      pools,
      pool: undefined,
      root: undefined,
      problems: [
        { summary: 'This host has no ZFS pool.', hint: 'Create one with zpool create; iocage keeps jails on it.' },
      ],
    }
  const marks = await read('zfs', ['get', '-H', '-o', 'name,value', ACTIVE_PROPERTY, ...pools.map(({ name }) => name)])
  const active = new Set(
    tabbedLines(marks, 2)
      .filter(([, value]) => value === 'yes')
      .map(([name]) => name),
  )
  const told = new Set(tabbedLines(marks, 2).map(([name]) => name))
  if (!pools.every(({ name }) => told.has(name)))
    throw new CommandUnusable('zfs did not say which pool is active for iocage')
  for (const pool of pools) pool.active = active.has(pool.name)
  const names = [...active]
  if (names.length > 1)
    return {
      pools,
      pool: undefined,
      root: undefined,
      problems: [
        {
          summary: `Several pools are marked active for iocage: ${names.join(', ')}.`,
          hint: 'Activate the one that has your jails; that takes the mark off the others.',
        },
      ],
    }
  const [pool] = names
  if (pool === undefined) return { pools, pool, root: undefined, problems: [] }
  return { pools, pool, ...(await findRoot(read, pool)) }
}

async function findRoot(read: ReadCommand, pool: string): Promise<Pick<Place, 'root' | 'problems'>> {
  let mountpoint: string
  try {
    mountpoint = (await read('zfs', ['get', '-H', '-o', 'value', 'mountpoint', `${pool}/iocage`])).trim()
  } catch (error) {
    if (!(error instanceof CommandUnusable) || !/does not exist/.test(error.message)) throw error
    return { root: undefined, problems: [] } // activate does not make the datasets, the next command does
  }
  if (/^\/[^\n]*$/.test(mountpoint)) return { root: mountpoint, problems: [] }
  if (!['none', 'legacy', '-'].includes(mountpoint))
    throw new CommandUnusable(`zfs did not say where ${pool}/iocage is mounted`)
  return {
    root: undefined,
    problems: [
      {
        summary: `The dataset ${pool}/iocage has no mount point (${mountpoint}).`,
        hint: `Mount it again, for example: zfs set mountpoint=/iocage ${pool}/iocage`,
      },
    ],
  }
}
