import { zfs } from '../../storage/zfs.ts'
import type { CommandRun } from '../cli/run-command.ts'
import { IocageError, traceback } from '../errors.ts'
import { findJail } from '../model/find-jail.ts'
import { runningJails } from '../model/host.ts'
import { kernelName, label } from '../model/jail.ts'
import { confirm } from '../prompt.ts'

/** Takes a jail back to a snapshot: its files, its configuration and fstab; newer snapshots are destroyed. */
export const run: CommandRun = async (iocage, parsed) => {
  const { out } = iocage
  const [word] = parsed.args
  const name = parsed.values['name']
  if (word === undefined || name === undefined)
    throw new IocageError('Usage: iocage rollback [OPTIONS] JAIL\n\nError: Missing option "--name" / "-n".', {
      status: 2,
    })
  const jail = findJail(iocage, word)
  if (!parsed.on('force')) {
    out.warn(`\nThis will destroy ALL data created including ALL snapshots taken after the snapshot ${name}`)
    if (!(await confirm('\nAre you sure?'))) return
  }
  if ((await runningJails()).has(kernelName(jail)))
    throw new IocageError(`Please stop ${label(iocage, jail)} before trying to rollback!`)
  const { stdout } = await zfs('list', '-H', '-o', 'name', '-r', '-t', 'filesystem', jail.dataset)
  for (const dataset of stdout.split('\n').filter(Boolean)) {
    const { status, stderr } = await zfs('rollback', '-r', `${dataset}@${name}`)
    if (status === 0) continue
    if (/does not exist/.test(stderr)) throw new IocageError(`Snapshot: ${dataset}@${name} not found!`)
    throw traceback('iocage_lib.zfs.ZFSException', stderr.trim())
  }
  out.info(`Rolled back to: ${jail.dataset}${iocage.dialect === '0.9.7' ? '.' : ''}`)
}
