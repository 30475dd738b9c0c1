import { zfs } from '../../storage/zfs.ts'
import { exitWith, IocageError } from '../errors.ts'
import { jailCommand, runningJails } from '../model/host.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { isOn, kernelName, label, saveJail, setting, type Jail } from '../model/jail.ts'
import { utcTime } from '../python.ts'
import { jailAddresses, jailParameter } from './address-options.ts'
import { runInside } from './services.ts'
import { configureUuidVnet } from './vnet.ts'
import { linkDevLog, writeResolver } from './write-into-root.ts'

/** Parameters that stand in the configuration under the same name with `_` for `.`. */
const PARAMETERS =
  'allow.set_hostname allow.sysvipc sysvmsg sysvsem sysvshm allow.raw_sockets allow.chflags allow.mount ' +
  'allow.mount.devfs allow.mount.nullfs allow.mount.procfs allow.mount.tmpfs allow.mount.zfs allow.quotas ' +
  'allow.socket_af exec.prestart exec.poststart exec.prestop exec.stop exec.clean exec.timeout stop.timeout'

/** Starts a jail of 0.9.7, with its three lines. */
export async function startByUuid(iocage: Iocage, jail: Jail): Promise<void> {
  const { out } = iocage
  const name = label(iocage, jail)
  if (setting(jail, 'type') === 'template')
    throw new IocageError(`Please convert back to a jail before trying to start ${name}`)
  if (setting(jail, 'type') === 'basejail')
    throw new IocageError(`Please run "iocage migrate" before trying to start ${name}`)
  if ((await runningJails()).has(kernelName(jail))) {
    out.error(`${name} is already running!`)
    return
  }
  if (isOn(jail, 'jail_zfs')) await delegateDatasets(iocage, jail)
  const vnet = isOn(jail, 'vnet')
  out.info(`* Starting ${name}`)
  const started = await jailCommand('-c', ...(vnet ? ['vnet'] : addressParameters(jail)), ...parameters(iocage, jail))
  if (started.status !== 0) {
    out.info('  + Start FAILED')
    out.rawError(started.stderr)
    throw exitWith(1)
  }
  out.info('  + Started OK')
  linkDevLog(jail)
  if (vnet) await configureUuidVnet(iocage, jail)
  writeResolver(jail)
  const services = await runInside(iocage, jail, 'exec_start')
  if (services.status === 0) out.info('  + Starting services OK')
  else {
    out.info('  + Starting services FAILED')
    out.rawError(services.stderr)
  }
  saveJail(iocage, jail, { last_started: utcTime() })
  if (services.status !== 0) throw exitWith(1)
}

function addressParameters(jail: Jail): string[] {
  const list = (key: 'ip4_addr' | 'ip6_addr') => jailAddresses(jail, key).map(jailParameter).join(',')
  return [
    `ip4.addr=${list('ip4_addr')}`,
    `ip4.saddrsel=${setting(jail, 'ip4_saddrsel')}`,
    `ip4=${kernelWord(setting(jail, 'ip4'))}`,
    `ip6.addr=${list('ip6_addr')}`,
    `ip6.saddrsel=${setting(jail, 'ip6_saddrsel')}`,
    `ip6=${kernelWord(setting(jail, 'ip6'))}`,
  ]
}

/** 0.9.7 says `none` for what the kernel calls `disable`. */
const kernelWord = (word: string): string => (word === 'none' ? 'disable' : word)

function parameters(iocage: Iocage, jail: Jail): string[] {
  const zfsInside = isOn(jail, 'jail_zfs')
  const forced: Record<string, string> = zfsInside ? { 'allow.mount': '1', 'allow.mount.zfs': '1' } : {}
  return [
    `name=${kernelName(jail)}`,
    `host.domainname=${setting(jail, 'host_domainname')}`,
    `host.hostname=${setting(jail, 'host_hostname')}`,
    `path=${jail.path}/root`,
    `securelevel=${setting(jail, 'securelevel')}`,
    `host.hostuuid=${jail.id}`,
    `devfs_ruleset=${setting(jail, 'devfs_ruleset')}`,
    `enforce_statfs=${zfsInside ? '1' : setting(jail, 'enforce_statfs')}`,
    `children.max=${setting(jail, 'children_max')}`,
    ...PARAMETERS.split(' ').map((key) => `${key}=${forced[key] ?? setting(jail, key.replaceAll('.', '_'))}`),
    `mount.fstab=${jail.path}/fstab`,
    `mount.devfs=${setting(jail, 'mount_devfs')}`,
    `mount.fdescfs=${setting(jail, 'mount_fdescfs')}`,
    'allow.dying',
    `exec.consolelog=${iocage.root}/log/${kernelName(jail)}-console.log`,
    'persist',
  ]
}

/** Makes the datasets of `jail_zfs_dataset` that are missing and marks them as the jail's. */
export async function delegateDatasets(iocage: Iocage, jail: Jail): Promise<void> {
  for (const name of setting(jail, 'jail_zfs_dataset').split(/\s+/).filter(Boolean)) {
    const dataset = `${iocage.pool}/${name}`
    if ((await zfs('list', '-H', '-o', 'name', dataset)).status !== 0)
      await zfs('create', '-o', 'compression=lz4', '-o', 'mountpoint=none', dataset)
    const set = await zfs('set', 'jailed=on', dataset)
    if (set.status !== 0) throw new IocageError(`ERROR: ${set.stderr.trim()}`)
  }
}
