import path from 'node:path'
import { aliasWords, type JailAddress, parseAddresses } from '../network/jail-addresses.ts'
import { attachAddresses, detachAddresses } from '../network/shared-addresses.ts'
import { mustRunProgram } from '../run-program.ts'
import { storageContext } from '../storage/context.ts'
import { withLock } from '../storage/lock.ts'
import { JailError } from './jail-error.ts'
import { type JailParameters, valueOf } from './jail-parameters.ts'
import { findJail, type RunningJail, writeJail } from './jail-state.ts'
import { refuseTakenAddresses } from './refuse-taken-addresses.ts'

/** `jail -m`: changes parameters of a jail that runs. */
export async function changeJail(parameters: JailParameters): Promise<RunningJail> {
  const named = valueOf(parameters, 'jid') ?? valueOf(parameters, 'name')
  if (named === undefined) throw new JailError('no jail specified')
  const { run, lib } = storageContext().paths
  return await withLock(path.join(run, 'jails'), async () => {
    const jail = findJail(named)
    if (jail === undefined) throw new JailError(`jail "${named}" not found`)
    const changed: Record<string, string> = {}
    for (const [name, values] of parameters)
      if (!/^(jid|ip[46]\.addr|path|command|exec\..*|mount.*)$/.test(name)) changed[name] = values.at(-1) ?? ''
    const hostname = valueOf(parameters, 'host.hostname')
    if (hostname !== undefined) await mustRunProgram(path.join(lib, 'cb'), ['set-hostname', String(jail.jid), hostname])
    const result = { ...jail, name: changed['name'] ?? jail.name, parameters: { ...jail.parameters, ...changed } }
    if (parameters.has('ip4.addr') || parameters.has('ip6.addr'))
      Object.assign(result.parameters, await readdress(jail, parameters))
    writeJail(result)
    return result
  })
}

async function readdress(jail: RunningJail, parameters: JailParameters): Promise<Record<string, string>> {
  if (jail.parameters['vnet'] === 'new') throw new JailError('vnet jails cannot have IP address restrictions')
  const aliases = (jail.parameters['.aliases'] ?? '').split(',')
  const before4 = parseAddresses(
    aliases.filter((alias) => !alias.includes(':')),
    4,
  )
  const before6 = parseAddresses(
    aliases.filter((alias) => alias.includes(':')),
    6,
  )
  const asked = (name: string, family: 4 | 6, otherwise: JailAddress[]) => {
    const values = parameters.get(name)
    return values === undefined ? otherwise : parseAddresses(values, family)
  }
  const after4 = asked('ip4.addr', 4, before4)
  const after6 = asked('ip6.addr', 6, before6)
  const after = [...after4, ...after6]
  const before = [...before4, ...before6]
  refuseTakenAddresses(after, before)
  await detachAddresses(jail.jid, before)
  try {
    if (after.length > 0) await attachAddresses(jail.jid, jail.pid, after)
  } catch (error) {
    await detachAddresses(jail.jid, after)
    if (before.length > 0) await attachAddresses(jail.jid, jail.pid, before)
    throw error
  }
  return {
    '.aliases': aliasWords(after),
    'ip4.addr': after4.map(({ address }) => address).join(','),
    'ip6.addr': after6.map(({ address }) => address).join(','),
  }
}
