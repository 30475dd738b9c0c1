import { zfs } from '../../storage/zfs.ts'
import type { CommandRun } from '../cli/run-command.ts'
import { IocageError, traceback } from '../errors.ts'
import { jailsByPriority, meansAll } from '../jails/all-jails.ts'
import { findJail } from '../model/find-jail.ts'
import { utcTime } from '../python.ts'

/** Takes a snapshot of a jail's dataset and everything below it. */
export const run: CommandRun = async (iocage, parsed) => {
  const [word] = parsed.args
  if (word === undefined)
    throw new IocageError('Usage: iocage snapshot [OPTIONS] JAIL\n\nError: Missing argument "jail".', { status: 2 })
  const name = parsed.values['name'] ?? utcTime(new Date(), '_')
  const jails = meansAll(iocage, word) ? jailsByPriority(iocage, 'ascending') : [findJail(iocage, word)]
  for (const jail of jails) {
    const full = `${jail.dataset}@${name}`
    const { status, stderr } = await zfs('snapshot', '-r', full)
    if (status !== 0) {
      if (!/exists/.test(stderr)) throw traceback('iocage_lib.zfs.ZFSException', stderr.trim())
      if (iocage.dialect === '0.9.7') throw new IocageError('ERROR: Snapshot already exists!')
      iocage.out.error('Snapshot already exists')
      throw traceback('iocage_lib.zfs.ZFSException', stderr.trim())
    }
    iocage.out.info(`Snapshot: ${full} created.`)
  }
}
