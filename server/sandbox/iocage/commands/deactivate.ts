import { zfs } from '../../storage/zfs.ts'
import type { CommandRun } from '../cli/run-command.ts'
import { IocageError } from '../errors.ts'
import { ACTIVE, poolMarks } from '../model/open-iocage.ts'

/** Takes iocage's mark from a pool (0.9.7 only). */
export const run: CommandRun = async (iocage, parsed) => {
  const [name = ''] = parsed.args
  const pools = await poolMarks()
  if (!pools.some((pool) => pool.name === name)) throw new IocageError(`Pool: ${name} does not exist!`)
  await zfs('set', `${ACTIVE}=no`, name)
  iocage.out.info(`${name} successfully deactivated.`)
}
