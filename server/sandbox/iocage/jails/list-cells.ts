import { zfs } from '../../storage/zfs.ts'
import { inJail } from '../model/host.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { isOn, kernelName, setting, type Jail } from '../model/jail.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The JID as a table shows it: a jail that is down has none, which each dialect says in its way. */
export function jidCell(iocage: Iocage, jid: number | undefined): string {
  return jid === undefined ? (iocage.dialect === '1.13' ? 'None' : '-') : String(jid)
}

/** A name in a narrow table: UUIDs are cut to their first eight characters. */
export function nameCell(name: string, long: boolean): string {
  return !long && UUID.test(name) ? name.slice(0, 8) : name
}

/** `14.3-RELEASE-p5` without its patch level in narrow tables. */
export function releaseCell(jail: Jail, long: boolean): string {
  const release = setting(jail, 'release')
  return long ? release : release.split('-').slice(0, 2).join('-')
}

/** The address column: without interface and mask in narrow tables, as set in wide ones; DHCP in words. */
export async function ip4Cell(iocage: Iocage, jail: Jail, jid: number | undefined, long: boolean): Promise<string> {
  const set = setting(jail, 'ip4_addr')
  if (iocage.dialect === '1.13' && isOn(jail, 'dhcp')) return await dhcpCell(iocage, jail, jid, long)
  if (set === 'none' || set === '') return '-'
  if (long) return set
  const entries = set.split(',')
  const addresses = entries.map((entry) => /^[^|]*\|([^/]*)/.exec(entry)?.[1])
  if (iocage.dialect === '0.9.7') return addresses.includes(undefined) ? '-' : (addresses[0] ?? '-')
  return addresses.includes(undefined) ? set : addresses.join(',')
}

async function dhcpCell(iocage: Iocage, jail: Jail, jid: number | undefined, long: boolean): Promise<string> {
  if (!long) return 'DHCP'
  if (jid === undefined) return 'DHCP (not running)'
  if (!iocage.isRoot) return 'DHCP (running -- address requires root)'
  const nic = (/^(\w+):/.exec(setting(jail, 'interfaces'))?.[1] ?? 'vnet0').replace('vnet', 'epair') + 'b'
  const { stdout } = await inJail(kernelName(jail), ['ifconfig', nic, 'inet'])
  const address = /inet (\S+)/.exec(stdout)?.[1]
  return address === undefined ? 'DHCP(Network Issue)' : `${nic}|${address}`
}

export function ip6Cell(jail: Jail): string {
  const set = setting(jail, 'ip6_addr')
  return set === 'none' || set === '' ? '-' : set
}

/** The origin of every jail's root by its dataset: what the TEMPLATE column is made of. */
export async function origins(iocage: Iocage): Promise<Map<string, string>> {
  const { stdout } = await zfs(
    'get',
    '-H',
    '-o',
    'name,value',
    '-r',
    '-t',
    'filesystem',
    'origin',
    `${iocage.pool}/iocage`,
  )
  return new Map(stdout.split('\n').map((line) => line.split('\t') as [string, string]))
}

/** Template or jail that this one was cloned from; `-` for one made of a release. */
export function templateCell(jail: Jail, originOf: ReadonlyMap<string, string>): string {
  const origin = originOf.get(`${jail.dataset}/root`) ?? '-'
  const folder = origin.split('/')[3]
  return folder === undefined || /release|stable/i.test(folder) ? '-' : folder
}
