import { zfs } from '../../storage/zfs.ts'
import type { CommandRun } from '../cli/run-command.ts'
import { IocageError, traceback } from '../errors.ts'
import { jailsByPriority, meansAll } from '../jails/all-jails.ts'
import { jailSnapshots } from '../jails/snapshots.ts'
import { findJail } from '../model/find-jail.ts'

/** Removes one snapshot of a jail, or all of them. */
export const run: CommandRun = async (iocage, parsed) => {
  const [word] = parsed.args
  const name = parsed.values['name']
  if (word === undefined || name === undefined)
    throw new IocageError('Usage: iocage snapremove [OPTIONS] JAIL\n\nError: Missing option "--name" / "-n".', {
      status: 2,
    })
  if (name === 'ALL' && !parsed.on('force'))
    throw new IocageError('Usage: iocage snapremove [OPTIONS] JAILS...\n\nError: Missing option "-f" / "--force".')
  const jails = meansAll(iocage, word) ? jailsByPriority(iocage, 'ascending') : [findJail(iocage, word)]
  const dot = iocage.dialect === '0.9.7' ? '.' : ''
  for (const jail of jails) {
    const snapshots = await jailSnapshots(jail)
    const chosen = name === 'ALL' ? snapshots : snapshots.filter((snapshot) => snapshot.name === name)
    if (chosen.length === 0 && name !== 'ALL') throw new IocageError(`Snapshot: ${jail.dataset}@${name} not found!`)
    for (const snapshot of chosen) {
      const full = `${jail.dataset}@${snapshot.name}`
      const { status, stderr } = await zfs('destroy', '-r', full)
      if (status === 0) iocage.out.info(`Snapshot: ${full} destroyed${dot}`)
      else if (/clone/.test(stderr)) iocage.out.info(`Skipped snapshot ${full}: used by clones.`)
      else throw traceback('iocage_lib.zfs.ZFSException', stderr.trim())
    }
  }
}
