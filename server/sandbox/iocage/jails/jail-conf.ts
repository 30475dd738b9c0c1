import { rmSync, writeFileSync } from 'node:fs'
import type { Iocage } from '../model/iocage-root.ts'
import { isOn, kernelName, setting, type Jail } from '../model/jail.ts'
import { jailAddresses, jailParameter } from './address-options.ts'

/** Yes/no parameters that stand in the file only when they are on. */
const SWITCHES =
  'mount.fdescfs allow.mlock allow.nfsd allow.vmm allow.set_hostname mount.devfs allow.mount.fdescfs ' +
  'allow.mount.fusefs allow.mount.linprocfs allow.mount.linsysfs allow.mount.tmpfs allow.sysvipc allow.raw_sockets ' +
  'allow.chflags allow.mount allow.mount.devfs allow.mount.nullfs allow.mount.procfs allow.mount.zfs allow.quotas ' +
  'allow.socket_af'

/** Where the jail.conf of a running jail lies (1.13). */
export const jailConfPath = (jail: Jail): string => `/var/run/jail.${kernelName(jail)}.conf`

/** What start prints as "IP options": the network's parameters as jail(8) gets them. */
export function networkOptions(jail: Jail): string[] {
  if (isOn(jail, 'vnet')) return ['vnet']
  const list = (key: 'ip4_addr' | 'ip6_addr') => {
    const addresses = jailAddresses(jail, key).map(jailParameter)
    return addresses.length === 0 ? [] : [`${key.replace('_', '.')}=${addresses.join(',')}`]
  }
  return [
    ...list('ip4_addr'),
    `ip4.saddrsel=${Number(isOn(jail, 'ip4_saddrsel'))}`,
    `ip4=${setting(jail, 'ip4')}`,
    ...list('ip6_addr'),
    `ip6.saddrsel=${Number(isOn(jail, 'ip6_saddrsel'))}`,
    `ip6=${setting(jail, 'ip6')}`,
  ]
}

/** Writes the jail.conf that `jail -c` and later `jail -r` read, and answers its path. */
export function writeJailConf(iocage: Iocage, jail: Jail, devfsRuleset: string): string {
  const assign = (key: string, value: string) => `${key} = "${value.replaceAll('"', '\\"')}";`
  const own = (key: string) => assign(key, setting(jail, key.replaceAll('.', '_')))
  const zfsInside = isOn(jail, 'jail_zfs')
  const lines = [
    ...networkLines(jail),
    ...SWITCHES.split(' ')
      .filter(
        (key) =>
          isOn(jail, key.replaceAll('.', '_')) || (zfsInside && (key === 'allow.mount' || key === 'allow.mount.zfs')),
      )
      .map((key) => assign(key, '1')),
    own('sysvmsg'),
    own('sysvsem'),
    own('sysvshm'),
    own('exec.created'),
    own('host.domainname'),
    own('host.hostname'),
    assign('path', `${jail.path}/root`),
    own('securelevel'),
    assign('host.hostuuid', jail.id),
    assign('devfs_ruleset', devfsRuleset),
    assign('enforce_statfs', zfsInside ? '1' : setting(jail, 'enforce_statfs')),
    own('children.max'),
    assign('exec.clean', String(Number(isOn(jail, 'exec_clean')))),
    own('exec.timeout'),
    own('stop.timeout'),
    assign('mount.fstab', `${jail.path}/fstab`),
    assign('exec.consolelog', `${iocage.root}/log/${kernelName(jail)}-console.log`),
    'persist;',
  ]
  const file = jailConfPath(jail)
  writeFileSync(file, `"${kernelName(jail)}" {\n${lines.map((line) => `\t${line}\n`).join('')}}\n`)
  return file
}

function networkLines(jail: Jail): string[] {
  if (isOn(jail, 'vnet')) {
    // A later vnet.interface overwrites an earlier one: jail.conf's `=`, kept as the real one writes it.
    const nics = setting(jail, 'vnet_interfaces')
      .split(/\s+/)
      .filter((nic) => nic !== '' && nic !== 'none')
    return ['vnet;', ...nics.map((nic) => `vnet.interface = "${nic}";`)]
  }
  const addresses = (key: 'ip4_addr' | 'ip6_addr') =>
    jailAddresses(jail, key).map((address) => `${key.replace('_', '.')} += "${jailParameter(address)}";`)
  return [
    ...addresses('ip4_addr'),
    `ip4.saddrsel = "${Number(isOn(jail, 'ip4_saddrsel'))}";`,
    `ip4 = "${setting(jail, 'ip4')}";`,
    ...addresses('ip6_addr'),
    `ip6.saddrsel = "${Number(isOn(jail, 'ip6_saddrsel'))}";`,
    `ip6 = "${setting(jail, 'ip6')}";`,
  ]
}

/** Removes the jail.conf after a good stop. */
export function removeJailConf(jail: Jail): void {
  rmSync(jailConfPath(jail), { force: true })
}
