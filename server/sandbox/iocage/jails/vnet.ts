import { createHash } from 'node:crypto'
import { hostDefaultInterface, ifconfig, inJail, runningJails } from '../model/host.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { kernelName, label, saveJail, setting, type Jail } from '../model/jail.ts'
import { jailAddresses } from './address-options.ts'

interface Nic {
  nic: string
  bridge: string
}

const nics = (jail: Jail): Nic[] =>
  setting(jail, 'interfaces')
    .split(',')
    .map((pair) => {
      const [nic = '', bridge = ''] = pair.trim().split(':')
      return { nic, bridge }
    })

/** Gives a jail of 1.13 its interfaces: an epair per nic that has an address. Answers what went wrong. */
export async function configureNameVnet(iocage: Iocage, jail: Jail): Promise<string[]> {
  return await configure(iocage, jail, {
    hostSide: (nic, jid) => `${nic}.${jid}`,
    jailSide: (nic) => `${nic.replace('vnet', 'epair')}b`,
    description: (nic) => `associated with jail: ${jail.id} as nic: ${nic.replace('vnet', 'epair')}b`,
    separator: ' ',
  })
}

/** The same for 0.9.7, which calls both sides by the nic's name; mistakes are printed and the start goes on. */
export async function configureUuidVnet(iocage: Iocage, jail: Jail): Promise<void> {
  const mistakes = await configure(iocage, jail, {
    hostSide: (nic, jid) => `${nic}:${jid}`,
    jailSide: (nic) => nic,
    description: () => `associated with jail: ${label(iocage, jail)}`,
    separator: ',',
  })
  for (const line of mistakes) iocage.out.error(`\n  ERROR: ${line}\n`)
}

interface Naming {
  hostSide: (nic: string, jid: number) => string
  jailSide: (nic: string) => string
  description: (nic: string) => string
  separator: string
}

async function configure(iocage: Iocage, jail: Jail, naming: Naming): Promise<string[]> {
  const jid = (await runningJails()).get(kernelName(jail))
  if (jid === undefined) return [`${jail.id} is not running`]
  const mistakes: string[] = []
  const run = async (...argv: string[]) => {
    const { status, stdout, stderr } = await ifconfig(...argv)
    if (status !== 0) mistakes.push(stderr.trim() || `ifconfig ${argv.join(' ')} failed`)
    return stdout
  }
  const inside = async (...argv: string[]) => {
    const { status, stderr } = await inJail(kernelName(jail), argv)
    if (status !== 0) mistakes.push(stderr.trim() || `${argv.join(' ')} failed`)
  }
  for (const { nic, bridge } of nics(jail)) {
    const addresses = [
      ...jailAddresses(jail, 'ip4_addr').map((address) => ({ ...address, family: 'inet' })),
      ...jailAddresses(jail, 'ip6_addr').map((address) => ({ ...address, family: 'inet6' })),
    ].filter((address) => address.nic === nic)
    if (addresses.length === 0 && !/dhcp/i.test(setting(jail, 'ip4_addr')) && setting(jail, 'dhcp') !== '1') continue
    const [macHost, macJail] = macs(iocage, jail, nic, naming.separator)
    if (bridge !== 'none') {
      // Best effort, as iocage's: the bridge may be there, with the card in it.
      await ifconfig(bridge, 'create')
      await ifconfig(bridge, 'addm', bridgedInterface(jail), 'up')
    }
    const a = (await run('epair', 'create')).trim()
    if (mistakes.length > 0) return mistakes
    const b = a.replace(/a$/, 'b')
    const hostSide = naming.hostSide(nic, jid)
    const jailSide = naming.jailSide(nic)
    const mtu = /^\d+$/.test(setting(jail, `${nic}_mtu`))
      ? setting(jail, `${nic}_mtu`)
      : setting(jail, 'vnet_default_mtu') || '1500'
    await run(a, 'name', hostSide, 'mtu', mtu)
    await run(hostSide, 'link', macHost)
    await run(hostSide, 'description', naming.description(nic))
    await run(b, 'vnet', kernelName(jail))
    if (b !== jailSide) await inside('ifconfig', b, 'name', jailSide)
    await inside('ifconfig', jailSide, 'mtu', mtu)
    await inside('ifconfig', jailSide, 'link', macJail)
    if (bridge !== 'none') await run(bridge, 'addm', hostSide, 'up')
    await run(hostSide, 'up')
    for (const { family, address, mask } of addresses)
      await inside('ifconfig', jailSide, family, mask === undefined ? address : `${address}/${mask}`, 'alias')
    await inside('ifconfig', jailSide, 'up')
  }
  for (const [key, family] of [
    ['defaultrouter', []],
    ['defaultrouter6', ['-6']],
  ] as const) {
    const router = setting(jail, key)
    if (router !== '' && router !== 'none' && router !== 'auto')
      await inside('route', ...family, 'add', 'default', router)
  }
  return mistakes
}

/** The card that a jail's bridge leads out by. */
function bridgedInterface(jail: Jail): string {
  const wanted = setting(jail, 'vnet_default_interface')
  return ['', 'none', 'auto'].includes(wanted) ? hostDefaultInterface() : wanted
}

/** MAC addresses of both sides: kept in `vnetN_mac`, made from the prefix and the name at the first start. */
function macs(iocage: Iocage, jail: Jail, nic: string, separator: string): [string, string] {
  const key = `${nic}_mac`
  const [host, inside] = setting(jail, key).split(/[ ,]/)
  if (host !== undefined && inside !== undefined) return [colons(host), colons(inside)]
  const hash = createHash('md5').update(jail.id.replaceAll('.', '_')).update(nic).digest('hex').slice(0, 6)
  const prefix = setting(jail, 'mac_prefix') || '02ff60'
  const first = prefix + hash
  const second = prefix + ((parseInt(hash, 16) + 1) & 0xffffff).toString(16).padStart(6, '0')
  saveJail(iocage, jail, { [key]: `${first}${separator}${second}` })
  return [colons(first), colons(second)]
}

const colons = (mac: string): string =>
  /[:-]/.test(mac) ? mac.replaceAll('-', ':') : (mac.match(/../g) ?? []).join(':')
