import { randomUUID } from 'node:crypto'
import { lstatSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { zfs } from '../../storage/zfs.ts'
import { IocageError, traceback } from '../errors.ts'
import { hostId, hostMacPrefix } from '../model/host-identity.ts'
import { writeConfig, type Config } from '../model/config-file.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { readDefaults, type Jail } from '../model/jail.ts'
import { defaultValues } from '../properties.ts'
import { dateTag } from './tags.ts'

/** What a jail's root is made from. */
export type Source =
  | { kind: 'release'; name: string; version: string }
  | { kind: 'template'; name: string; template: Jail }
  | { kind: 'empty' }

/** How the root comes to be: a clone of the source's snapshot, or a copy of it. */
export type Making = 'clone' | 'copy'

/** A fresh id: a UUID, or its first eight characters. */
export function newId(short: boolean): string {
  const id = randomUUID()
  return short ? id.slice(0, 8) : id
}

/** The jail as it will be, nothing on disk yet. */
export function plannedJail(iocage: Iocage, id: string, source: Source): Jail {
  const own = iocage.dialect === '0.9.7' ? uuidConfig(id, source) : nameConfig(id, source)
  return {
    id,
    tag: typeof own['tag'] === 'string' ? own['tag'] : id,
    place: 'jails',
    folder: id,
    path: path.join(iocage.root, 'jails', id),
    dataset: `${iocage.pool}/iocage/jails/${id}`,
    own,
    config: { ...readDefaults(iocage), ...own },
  }
}

function releaseKeys(source: Source): Config {
  if (source.kind === 'empty') return { release: 'EMPTY', cloned_release: 'EMPTY' }
  if (source.kind === 'release') return { release: source.version, cloned_release: source.name }
  const { release, cloned_release } = source.template.config
  return { release, ...(cloned_release === undefined ? {} : { cloned_release }) }
}

function nameConfig(id: string, source: Source): Config {
  return {
    host_hostname: id.replaceAll('_', '-'),
    host_hostuuid: id,
    jail_zfs_dataset: `iocage/jails/${id}/data`,
    ...releaseKeys(source),
    ...(source.kind === 'template' ? { source_template: source.name } : {}),
  }
}

function uuidConfig(id: string, source: Source): Config {
  return {
    ...defaultValues('0.9.7'),
    host_hostname: id,
    host_hostuuid: id,
    hostid: hostId(),
    jail_zfs_dataset: `iocage/jails/${id}/data`,
    tag: dateTag(),
    ...releaseKeys(source),
  }
}

/** Every property with the jail's own on top: what `create -C` writes in 1.13. */
export function thickConfig(iocage: Iocage, own: Config): Config {
  return { ...readDefaults(iocage), mac_prefix: hostMacPrefix(), ...own, CONFIG_TYPE: 'THICK' }
}

/** The dataset that a source's snapshots are taken of. */
export function sourceDataset(iocage: Iocage, source: Source): string | undefined {
  if (source.kind === 'empty') return undefined
  return source.kind === 'release'
    ? `${iocage.pool}/iocage/releases/${source.name}/root`
    : `${source.template.dataset}/root`
}

/** Makes the jail's datasets, its root from the source, an empty fstab and its configuration. */
export async function makeDatasets(
  iocage: Iocage,
  jail: Jail,
  source: Source,
  making: Making,
  check: () => void,
): Promise<void> {
  const origin = sourceDataset(iocage, source)
  if (origin !== undefined) {
    const recursive = source.kind === 'template' && iocage.dialect === '1.13'
    const target = recursive && source.kind === 'template' ? source.template.dataset : origin
    const snapshot = await zfs('snapshot', ...(recursive ? ['-r'] : []), `${target}@${jail.id}`)
    if (snapshot.status !== 0) refuseSnapshot(iocage, `${origin}@${jail.id}`, source, snapshot.stderr)
  }
  check()
  await must('create', '-p', jail.dataset)
  writeConfig(path.join(jail.path, 'config.json'), jail.own)
  writeFileSync(path.join(jail.path, 'fstab'), '')
  check()
  if (origin === undefined) await must('create', '-p', `${jail.dataset}/root`)
  else if (making === 'clone') await must('clone', '-p', `${origin}@${jail.id}`, `${jail.dataset}/root`)
  else await copyRoot(jail, origin)
  check()
}

async function copyRoot(jail: Jail, origin: string): Promise<void> {
  const { copySnapshot } = await import('./copy-dataset.ts')
  await must('create', '-p', `${jail.dataset}/root`)
  await copySnapshot(`${origin}@${jail.id}`, `${jail.dataset}/root`, `${jail.path}/root`)
  await zfs('destroy', `${origin}@${jail.id}`)
}

function refuseSnapshot(iocage: Iocage, name: string, source: Source, stderr: string): never {
  if (iocage.dialect === '1.13' && /exists/.test(stderr))
    throw new IocageError(
      `Snapshot: ${name} exists!\nPlease manually run zfs destroy ${name} if you wish to destroy it.`,
    )
  const what = source.kind === 'template' ? 'Template' : 'RELEASE'
  if (/does not exist/.test(stderr))
    throw new IocageError(`${what}: ${source.kind === 'empty' ? '' : source.name} not found!`)
  throw traceback('iocage_lib.zfs.ZFSException', stderr.trim())
}

async function must(...argv: string[]): Promise<void> {
  const { status, stderr } = await zfs(...argv)
  if (status !== 0) throw traceback('iocage_lib.zfs.ZFSException', stderr.trim())
}

/** The folders that a base jail takes from its release by read-only mounts. */
export const BASE_FOLDERS =
  'bin boot lib libexec rescue sbin usr/bin usr/include usr/lib usr/libexec usr/sbin usr/share usr/libdata usr/lib32'.split(
    ' ',
  )

/** fstab fields of a base jail's mounts; a missing mount point is made, a link is left to where it leads. */
export function baseMounts(iocage: Iocage, jail: Jail, release: string): string[][] {
  const from = path.join(iocage.root, 'releases', release, 'root')
  const to = path.join(jail.path, 'root')
  return BASE_FOLDERS.filter((folder) => !(release.endsWith('-STABLE') && folder === 'usr/lib32'))
    .filter((folder) => lstatSync(path.join(from, folder), { throwIfNoEntry: false })?.isDirectory() ?? false)
    .map((folder) => {
      mkdirSync(path.join(to, folder), { recursive: true })
      return [path.join(from, folder), path.join(to, folder), 'nullfs', 'ro', '0', '0']
    })
}
