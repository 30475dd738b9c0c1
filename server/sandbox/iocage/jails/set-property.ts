import { zfs } from '../../storage/zfs.ts'
import { IocageError, traceback } from '../errors.ts'
import { hostCommand, jailCommand, runningJails } from '../model/host.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { isOn, kernelName, label, saveJail, setting, type Jail } from '../model/jail.ts'
import { properties, RCTL_PROPERTIES } from '../properties.ts'
import { truthy } from '../python.ts'
import { checkProperty } from '../validate.ts'
import { convertTemplate } from './convert-template.ts'
import { renameTag } from './tags.ts'

/** Kernel parameters that a running jail takes at once; written with a dot instead of the first or every `_`. */
const SINGLE_DOT = ['allow_raw_sockets', 'allow_socket_af', 'allow_set_hostname']
const LIVE =
  /^(host_hostname|host_domainname|ip[46]_addr|ip[46]_saddrsel|securelevel|children_max|enforce_statfs|allow_(set_hostname|raw_sockets|socket_af|chflags|mlock|nfsd|quotas|sysvipc|vmm|mount|mount_\w+)|vnet|sysv(msg|sem|shm)|devfs_ruleset)$/

/** Sets one property of a jail and says so; on a running jail what the kernel takes is changed at once. */
export async function setProperty(iocage: Iocage, jail: Jail, key: string, value: string): Promise<void> {
  if (iocage.dialect === '0.9.7') await setByTag(iocage, jail, key, value)
  else await setByName(iocage, jail, key, value)
}

async function setByTag(iocage: Iocage, jail: Jail, key: string, value: string): Promise<void> {
  const { out } = iocage
  if (key === 'template' && (value === 'yes' || value === 'no')) {
    await convertTemplate(iocage, jail, value === 'yes')
    return
  }
  const { stored } = checkProperty('0.9.7', key, value, jail.config, { cli: true })
  await applyToDataset(jail, key, value)
  if (key === 'tag') {
    const tag = renameTag(iocage, jail, value)
    saveJail(iocage, jail, { tag })
    jail.tag = tag
  } else saveJail(iocage, jail, { [key]: stored })
  out.info(`Property: ${key} has been updated to ${setting(jail, key)}`)
  await applyLive(iocage, jail, key, value)
}

async function setByName(iocage: Iocage, jail: Jail, key: string, value: string): Promise<void> {
  const { out } = iocage
  const jid = (await runningJails()).get(kernelName(jail))
  if (key === 'template') {
    checkProperty('1.13', key, value, jail.config, { cli: true })
    await convertTemplate(iocage, jail, truthy(value))
    return
  }
  if ((key.startsWith('jail_zfs') || key === 'dhcp') && jid !== undefined)
    throw new IocageError(`${jail.id} is running.\nPlease stop it first!`)
  // `last_started` counts as a property only once the jail was started.
  const known = { ...jail.config }
  if (!('last_started' in jail.own)) delete known['last_started']
  const { shown, stored } = checkProperty('1.13', key, value, known, { cli: true })
  const old = properties('1.13')[key]?.bool === true ? String(Number(truthy(jail.config[key]))) : setting(jail, key)
  await applyToDataset(jail, key, value)
  await writable(jail, () => saveJail(iocage, jail, { [key]: stored }))
  out.info(`${key}: ${old} -> ${shown}`)
  if (jid === undefined) return
  if (key === 'cpuset') out.info('cpuset changes require a jail restart')
  if (RCTL_PROPERTIES.includes(key)) await applyLimit(iocage, jail, key, value)
  await applyLive(iocage, jail, key, value)
}

/** A template's dataset is read-only: opened for the time of a write. */
async function writable(jail: Jail, write: () => void): Promise<void> {
  if (jail.place !== 'templates') {
    write()
    return
  }
  await zfs('set', 'readonly=off', jail.dataset)
  try {
    write()
  } finally {
    await zfs('set', 'readonly=on', jail.dataset)
  }
}

async function applyToDataset(jail: Jail, key: string, value: string): Promise<void> {
  if (properties('1.13')[key]?.check.kind !== 'zfs' && key !== 'compression') return
  if (key === 'compression' && !('tag' in jail.own)) return
  const set = await zfs('set', `${key}=${value}`, jail.dataset)
  if (set.status !== 0) throw traceback('iocage_lib.zfs.ZFSException', set.stderr.trim())
}

async function applyLimit(iocage: Iocage, jail: Jail, key: string, value: string): Promise<void> {
  const rule = `jail:${kernelName(jail)}:${key}`
  const { status } =
    value === 'off' ? await hostCommand('rctl', ['-r', rule]) : await hostCommand('rctl', ['-a', `${rule}:${value}`])
  // Without limits in the kernel the real one ends here too: the value stays in the file.
  if (status !== 0) throw new IocageError('Please set kern.racct.enable -> 1 to set rctl rules')
  iocage.out.info(
    value === 'off' ? `Successfully removed RCTL rule for ${key}` : `Successfully set RCTL rule for ${key}`,
  )
}

/** `jail -m` for what the kernel takes from a running jail; the file has the value already, also when this fails. */
async function applyLive(iocage: Iocage, jail: Jail, key: string, value: string): Promise<void> {
  if (!LIVE.test(key)) return
  const jid = (await runningJails()).get(kernelName(jail))
  if (jid === undefined) return
  if (key === 'vnet') {
    if (iocage.dialect === '1.13') iocage.out.info('vnet changes require a jail restart')
    return
  }
  const address = key === 'ip4_addr' || key === 'ip6_addr'
  if (address && (isOn(jail, 'vnet') || value.toLowerCase() === 'none')) return
  const parameter = SINGLE_DOT.includes(key) ? key.replace('_', '.') : key.replaceAll('_', '.')
  const { status, stdout, stderr } = await jailCommand('-m', `jid=${jid}`, `${parameter}=${value}`)
  if (status !== 0) throw traceback('RuntimeError', `${label(iocage, jail)}: ${(stdout + stderr).trim()}`)
}
