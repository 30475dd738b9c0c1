import { existsSync, rmSync } from 'node:fs'
import { zfs } from '../../storage/zfs.ts'
import { jailCommand, runningJails } from '../model/host.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { kernelName, type Jail } from '../model/jail.ts'
import { jailConfPath } from './jail-conf.ts'
import { unlinkTag } from './tags.ts'

/**
 * Destroys a jail's datasets, everything cloned from them, and the snapshot it was made from; a jail that still runs
 * is ended without a word. Answers what zfs could not destroy.
 */
export async function destroyDatasets(iocage: Iocage, jail: Jail): Promise<string | undefined> {
  if ((await runningJails()).has(kernelName(jail))) await jailCommand('-r', kernelName(jail))
  const origin = (await zfs('get', '-H', '-o', 'value', 'origin', `${jail.dataset}/root`)).stdout.trim()
  const root = await zfs('destroy', '-r', '-Rf', `${jail.dataset}/root`)
  const all = await zfs('destroy', '-r', '-Rf', jail.dataset)
  // The clone's own snapshot on the release or template; 0.9.7 forgets it there, which only litters.
  if (origin.endsWith(`@${jail.id}`)) {
    await zfs('destroy', origin)
    const parent = origin.replace(/\/root@/, '@')
    if (parent !== origin && origin.includes('/templates/')) await zfs('destroy', parent)
  } else if (all.status === 0) await destroySnapshotsNamed(iocage, jail.id)
  if (iocage.dialect === '0.9.7') unlinkTag(iocage, jail.tag)
  if (existsSync(jailConfPath(jail))) rmSync(jailConfPath(jail), { force: true })
  return all.status === 0 ? undefined : (root.stderr + all.stderr).trim()
}

/** A create that was ended early may have left its snapshot on the source with no clone to tell of it. */
async function destroySnapshotsNamed(iocage: Iocage, id: string): Promise<void> {
  const { stdout } = await zfs('list', '-H', '-o', 'name', '-t', 'snapshot', '-r', `${iocage.pool}/iocage`)
  for (const name of stdout.split('\n'))
    if (name.endsWith(`@${id}`) && /\/iocage\/(releases|templates)\//.test(name)) await zfs('destroy', name)
}
