import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { JailError } from '../jails/jail-error.ts'
import { mustRunProgram, runProgram } from '../run-program.ts'
import { storageContext } from '../storage/context.ts'
import { broadcastOf, type JailAddress } from './jail-addresses.ts'
import { HOST_ADDRESS, HOST_INTERFACE, HOST_LINK_ADDRESS, setNetworkValue } from './set-up-network.ts'

/** What Linux calls an interface of FreeBSD's. */
const linuxName = (name: string) => (name === 'lo0' ? 'lo' : name.replaceAll(':', '.'))

/** The host's end of the wire to a jail that shares the host's addresses. */
export const wireOf = (jid: number) => `vj${jid}`

/** Refuses interfaces that the host lacks, in ifconfig's words. */
export function checkInterfaces(addresses: readonly JailAddress[]): void {
  const existing = readFileSync('/proc/net/dev', 'utf8')
  for (const { interface: name } of addresses)
    if (name !== undefined && !new RegExp(`^\\s*${linuxName(name).replaceAll('.', '\\.')}:`, 'm').test(existing))
      throw new JailError(`ifconfig: interface ${name} does not exist`)
}

/**
 * Gives a jail its addresses as FreeBSD's shared IP does: each an alias of the host's interface, answering nobody
 * but this jail, which sees only them. Underneath the jail has a network of its own with an interface of the same
 * name, and the host routes the aliases there.
 */
export async function attachAddresses(jid: number, pid: number, addresses: readonly JailAddress[]): Promise<void> {
  const routed = addresses.filter((address) => address.interface !== 'lo0')
  const local = addresses.filter((address) => address.interface === 'lo0')
  const wire = wireOf(jid)
  const inside = routed.find((address) => address.interface !== undefined)?.interface ?? HOST_INTERFACE
  const aliases = addresses.flatMap((address) => aliasLines(address))
  if (routed.length === 0) {
    await batch([...aliases])
    await batchInside(
      pid,
      local.map(({ address, prefixLength }) => `address add ${address}/${prefixLength} dev lo`),
    )
    return
  }
  const hasIp6 = routed.some(({ family }) => family === 6)
  await batch([
    `link add ${wire} type veth peer name ${linuxName(inside)} netns ${pid}`,
    `link set ${wire} addrgenmode none`,
    `link set ${wire} up`,
    ...(hasIp6 ? [`address add fe80::1/64 dev ${wire} nodad`] : []),
    ...aliases,
    ...routed.flatMap((address) => routeLines(address, wire)),
  ])
  for (const address of routed)
    if (address.family === 6 && address.interface !== undefined)
      await giveUpLocal(address.address, linuxName(address.interface))
  // Its packets come from an address that the host has as well, and would be dropped as martians.
  setNetworkValue(`ipv4/conf/${wire}/accept_local`, '1')
  await batchInside(pid, insideLines(linuxName(inside), routed, local))
}

function aliasLines(address: JailAddress): string[] {
  if (address.interface === undefined) return []
  const device = linuxName(address.interface)
  if (address.family === 6)
    return [`address add ${address.address}/${address.prefixLength} dev ${device} nodad noprefixroute`]
  // The kernel's own mask would route the whole network; the one that was asked for is kept in the label.
  return [
    `address add ${address.address}/32 dev ${device} label ${device}:${address.prefixLength}`,
    ...(device === 'lo' ? [] : [`route del local ${address.address} table local dev ${device}`]),
  ]
}

/** The kernel calls an IPv6 address its own a moment after it was added; only then can that be taken back. */
async function giveUpLocal(address: string, device: string): Promise<void> {
  const words = ['-6', 'route', 'delete', 'local', address, 'table', 'local', 'dev', device]
  for (let tries = 1; ; tries++) {
    const { status, stderr } = await runProgram('ip', words)
    if (status === 0) return
    if (tries === 100) throw new Error(`ip ${words.join(' ')} failed: ${stderr.trim()}`)
    await setTimeout(10)
  }
}

const routeLines = ({ address, family }: JailAddress, wire: string) =>
  family === 4
    ? [`route add ${address}/32 dev ${wire} src ${HOST_ADDRESS}`]
    : [`route add ${address}/128 dev ${wire} src fe80::1`]

function insideLines(device: string, routed: readonly JailAddress[], local: readonly JailAddress[]): string[] {
  const first = routed.find(({ family }) => family === 4)
  return [
    `link set ${device} address ${HOST_LINK_ADDRESS}`,
    `link set ${device} up`,
    ...local.map(({ address, prefixLength }) => `address add ${address}/${prefixLength} dev lo`),
    ...routed.map((address) =>
      address.family === 4
        ? `address add ${address.address}/${address.prefixLength}${broadcast(address)} dev ${device} noprefixroute`
        : `address add ${address.address}/${address.prefixLength} dev ${device} noprefixroute nodad`,
    ),
    ...(first === undefined
      ? []
      : [
          `route add ${HOST_ADDRESS} dev ${device} src ${first.address}`,
          `route add default via ${HOST_ADDRESS} dev ${device} src ${first.address}`,
        ]),
    ...(routed.some(({ family }) => family === 6) ? [`route add default via fe80::1 dev ${device}`] : []),
  ]
}

/** A network of one or two has none, and the kernel would take the address itself for it. */
const broadcast = (address: JailAddress) => (address.prefixLength < 31 ? ` broadcast ${broadcastOf(address)}` : '')

/** Takes a running jail's addresses away again, for a change of them. */
export async function detachAddresses(jid: number, addresses: readonly JailAddress[]): Promise<void> {
  await runProgram('ip', ['link', 'delete', wireOf(jid)])
  for (const { interface: name, address, family, prefixLength } of addresses)
    if (name !== undefined)
      await runProgram('ip', [
        'address',
        'delete',
        `${address}/${family === 4 ? 32 : prefixLength}`,
        'dev',
        linuxName(name),
      ])
}

async function batch(lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await mustRunProgram('ip', ['-batch', '-'], { input: `${lines.join('\n')}\n` })
}

async function batchInside(pid: number, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return
  const helper = path.join(storageContext().paths.lib, 'cb')
  await mustRunProgram(helper, ['in-network', String(pid), 'ip', '-batch', '-'], { input: `${lines.join('\n')}\n` })
}
