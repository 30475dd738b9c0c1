import { zfs } from '../../storage/zfs.ts'
import { IocageError, traceback } from '../errors.ts'
import { runningJails } from '../model/host.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { kernelName, label, saveJail, type Jail } from '../model/jail.ts'

/** Makes a template of a jail (its datasets move to `templates/`) or a jail of a template, and says so. */
export async function convertTemplate(iocage: Iocage, jail: Jail, toTemplate: boolean): Promise<void> {
  const name = label(iocage, jail)
  if (toTemplate === (jail.place === 'templates'))
    throw new IocageError(`${name} is already a ${toTemplate ? 'template' : 'jail'}!`)
  if ((await runningJails()).has(kernelName(jail))) throw new IocageError(`${name} is running.\nPlease stop it first!`)

  const byTag = iocage.dialect === '0.9.7'
  const place = toTemplate ? 'templates' : 'jails'
  // 0.9.7 calls a template's folder by its tag.
  const folder = byTag && toTemplate ? jail.tag : jail.id
  const dataset = `${iocage.pool}/iocage/${place}/${folder}`
  const renamed = await zfs('rename', '-f', jail.dataset, dataset)
  if (renamed.status !== 0) throw traceback('iocage_lib.zfs.ZFSException', renamed.stderr.trim())
  if (!byTag && !toTemplate) await zfs('set', 'readonly=off', dataset)

  jail.place = place
  jail.folder = folder
  jail.dataset = dataset
  jail.path = `${iocage.root}/${place}/${folder}`
  saveJail(iocage, jail, {
    template: byTag ? (toTemplate ? 'yes' : 'no') : Number(toTemplate),
    type: toTemplate ? 'template' : 'jail',
  })
  if (!byTag && toTemplate) await zfs('set', 'readonly=on', dataset)
  iocage.out.info(`${name} converted to a ${toTemplate ? 'template' : 'jail'}.`)
}
