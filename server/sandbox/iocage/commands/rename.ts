import { zfs } from '../../storage/zfs.ts'
import type { CommandRun } from '../cli/run-command.ts'
import { IocageError, traceback } from '../errors.ts'
import { jailsByPriority } from '../jails/all-jails.ts'
import { readFstabText, writeFstab } from '../jails/fstab-file.ts'
import { stopJail } from '../jails/start-jail.ts'
import { findJail } from '../model/find-jail.ts'
import { runningJails } from '../model/host.ts'
import { kernelName, readJails, saveJail, setting } from '../model/jail.ts'

/** Gives a jail another name (1.13). A running one is stopped without a question; the new name is not checked. */
export const run: CommandRun = async (iocage, parsed) => {
  const [word, name] = parsed.args
  if (word === undefined || name === undefined) throw new IocageError('You must specify a jail and a new name!')
  if (word.includes('ALL')) for (const jail of jailsByPriority(iocage, 'descending')) await stopJail(iocage, jail)
  const jail = findJail(iocage, word)
  if (readJails(iocage).some((other) => other.folder === name)) throw new IocageError(`Jail: ${name} already exists!`)
  if ((await runningJails()).has(kernelName(jail))) await stopJail(iocage, jail)

  const old = jail.id
  const dataset = `${iocage.pool}/iocage/${jail.place}/${name}`
  const origin = (await zfs('get', '-H', '-o', 'value', 'origin', `${jail.dataset}/root`)).stdout.trim()
  const renamed = await zfs('rename', '-f', jail.dataset, dataset)
  if (renamed.status !== 0) throw traceback('iocage_lib.zfs.ZFSException', renamed.stderr.trim())
  if (origin.endsWith(`@${old}`)) await zfs('rename', origin, origin.replace(/@.*$/, `@${name}`))

  const oldPath = jail.path
  jail.id = name
  jail.tag = name
  jail.folder = name
  jail.dataset = dataset
  jail.path = `${iocage.root}/${jail.place}/${name}`
  saveJail(iocage, jail, {
    host_hostuuid: name,
    ...(jail.own['host_hostname'] === old ? { host_hostname: name } : {}),
    jail_zfs_dataset: setting(jail, 'jail_zfs_dataset').replace(`/${old}/`, `/${name}/`),
  })
  const fstab = readFstabText(jail.path)
  if (fstab.some((line) => line.includes(oldPath)))
    writeFstab(
      jail.path,
      fstab.map((line) => line.replaceAll(`${oldPath}/`, `${jail.path}/`)),
    )
  for (const child of readJails(iocage))
    if (child.own['source_template'] === old) saveJail(iocage, child, { source_template: name })
  iocage.out.info(`Jail: ${old} renamed to ${name}`)
}
