import { zfs } from '../../storage/zfs.ts'
import type { CommandRun } from '../cli/run-command.ts'
import { IocageError } from '../errors.ts'
import { ACTIVE, poolMarks } from '../model/open-iocage.ts'

/** Marks one pool as iocage's; 1.13 unmarks the others, 0.9.7 only when asked (`-f`). */
export const run: CommandRun = async (iocage, parsed) => {
  const [name] = parsed.args
  if (name === undefined) throw new IocageError('Please specify a pool to activate!')
  const pools = await poolMarks()
  if (!pools.some((pool) => pool.name === name)) throw new IocageError(`ZFS pool '${name}' not found!`)
  const others = iocage.dialect === '1.13' || parsed.on('force')
  for (const pool of pools)
    if (pool.name === name) await zfs('set', `${ACTIVE}=yes`, pool.name)
    else if (others) await zfs('set', `${ACTIVE}=no`, pool.name)
  iocage.out.info(`ZFS pool '${name}' successfully activated.`)
}
