import { rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { aliasWords, type JailAddress, parseAddresses } from '../network/jail-addresses.ts'
import { attachAddresses } from '../network/shared-addresses.ts'
import { runProgram } from '../run-program.ts'
import { storageContext } from '../storage/context.ts'
import { withLock } from '../storage/lock.ts'
import { JailError } from './jail-error.ts'
import { jailMounts } from './jail-mounts.ts'
import { isSet, type JailParameters, valueOf } from './jail-parameters.ts'
import { draftJail, findJail, type RunningJail, takeJid } from './jail-state.ts'
import { refuseTakenAddresses } from './refuse-taken-addresses.ts'

/** Makes the jail: namespaces, mounts, addresses, state. What runs in it comes after. */
export async function createJail(parameters: JailParameters): Promise<RunningJail> {
  const root = valueOf(parameters, 'path') ?? '/'
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory())
    throw new JailError(`path ${root}: No such file or directory`)
  const addresses = [
    ...parseAddresses(parameters.get('ip4.addr') ?? [], 4),
    ...parseAddresses(parameters.get('ip6.addr') ?? [], 6),
  ]
  const { run, lib } = storageContext().paths
  return await withLock(path.join(run, 'jails'), async () => {
    refuseTaken(parameters, addresses)
    const jid = valueOf(parameters, 'jid') === undefined ? takeJid() : Number(valueOf(parameters, 'jid'))
    if (!Number.isInteger(jid) || jid < 1) throw new JailError(`invalid jid: ${valueOf(parameters, 'jid')}`)
    const network = networkOf(parameters)
    const known = knownParameters(parameters, jid, root, network, addresses)
    const helper = path.join(lib, 'cb')
    const [draft, file] = draftJail(jid, known)
    const words = startWords(parameters, known, root, network, addresses.length > 0)
    const started = await runProgram(helper, [...words, '--state', draft, file])
    rmSync(draft, { force: true })
    if (started.status !== 0) throw new JailError(started.stderr.trim() || 'the jail could not be started')
    const [pid = '', startTime = ''] = started.stdout.trim().split(' ')
    const jail = { jid, name: known['name'] ?? '', pid: Number(pid), startTime, parameters: known }
    try {
      if (network === 'shared' && addresses.length > 0) await attachAddresses(jid, jail.pid, addresses)
    } catch (error) {
      await runProgram(helper, ['stop-jail', String(jid), '0'])
      throw error
    }
    return jail
  })
}

type Network = 'inherit' | 'shared' | 'vnet'

function networkOf(parameters: JailParameters): Network {
  if (valueOf(parameters, 'vnet') === 'new') return 'vnet'
  return valueOf(parameters, 'ip4') === 'inherit' ? 'inherit' : 'shared'
}

function refuseTaken(parameters: JailParameters, addresses: readonly JailAddress[]): void {
  const name = valueOf(parameters, 'name')
  const jid = valueOf(parameters, 'jid')
  if (name !== undefined && findJail(name) !== undefined) throw new JailError(`jail "${name}" already exists`)
  if (jid !== undefined && findJail(jid) !== undefined) throw new JailError(`jail ${jid} already exists`)
  if (networkOf(parameters) !== 'shared') return
  refuseTakenAddresses(addresses)
}

function knownParameters(
  asked: JailParameters,
  jid: number,
  root: string,
  network: Network,
  addresses: readonly JailAddress[],
): Record<string, string> {
  const own: Record<string, string> = {}
  for (const [name, values] of asked)
    if (!/^(exec|mount|command|depend)(\.|$)/.test(name)) own[name] = values.at(-1) ?? ''
  const list = (family: 4 | 6) =>
    network === 'vnet'
      ? ''
      : addresses
          .filter((address) => address.family === family)
          .map(({ address }) => address)
          .join(',')
  return {
    'cpuset.id': String(jid + 1),
    ...own,
    jid: String(jid),
    name: own['name'] ?? String(jid),
    path: root,
    'host.hostname': own['host.hostname'] ?? '',
    vnet: network === 'vnet' ? 'new' : 'inherit',
    ip4: network === 'inherit' ? 'inherit' : network === 'vnet' || list(4) !== '' ? 'new' : (own['ip4'] ?? 'disable'),
    ip6: list(6) === '' ? (own['ip6'] ?? 'disable') : 'new',
    'ip4.addr': list(4),
    'ip6.addr': list(6),
    ...(network === 'shared' ? { '.aliases': aliasWords(addresses) } : {}),
  }
}

function startWords(
  asked: JailParameters,
  known: Record<string, string>,
  root: string,
  network: Network,
  hasAddresses: boolean,
): string[] {
  return [
    'start-jail',
    ...['--root', root, '--hostname', known['host.hostname'] ?? '', '--domainname', domainOf(known)],
    ...(network === 'inherit' ? [] : ['--own-network']),
    ...(network === 'vnet' || hasAddresses ? ['--loopback'] : []),
    ...(network === 'vnet' ? ['--vnet'] : []),
    ...(isSet(asked, 'allow.raw_sockets') ? ['--raw-sockets'] : []),
    ...jailMounts(asked, root).flatMap(({ type, source, destination, options }) => [
      '--mount',
      type,
      source,
      destination,
      options,
    ]),
  ]
}

const domainOf = (known: Record<string, string>) =>
  known['host.domainname'] === 'none' ? '' : (known['host.domainname'] ?? '')
