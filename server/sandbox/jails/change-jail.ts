import path from 'node:path'
import { aliasWords, parseAddresses } from '../network/jail-addresses.ts'
import { attachAddresses, checkInterfaces, detachAddresses } from '../network/shared-addresses.ts'
import { mustRunProgram } from '../run-program.ts'
import { storageContext } from '../storage/context.ts'
import { withLock } from '../storage/lock.ts'
import { JailError } from './jail-error.ts'
import { type JailParameters, valueOf } from './jail-parameters.ts'
import { findJail, type RunningJail, writeJail } from './jail-state.ts'

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
    if (parameters.has('ip4.addr') || parameters.has('ip6.addr')) Object.assign(result.parameters, await readdress(jail, parameters))
    writeJail(result)
    return result
  })
}

async function readdress(jail: RunningJail, parameters: JailParameters): Promise<Record<string, string>> {
  if (jail.parameters['vnet'] === 'new') throw new JailError('vnet jails cannot have IP address restrictions')
  const before = parseAddresses([jail.parameters['.aliases'] ?? ''].flatMap((words) => words.split(',')).filter((word) => !word.includes(':')), 4)
  const before6 = parseAddresses((jail.parameters['.aliases'] ?? '').split(',').filter((word) => word.includes(':')), 6)
  const after = parseAddresses(parameters.get('ip4.addr') ?? [], 4)
  const after6 = parseAddresses(parameters.get('ip6.addr') ?? [], 6)
  const all = [...after, ...after6]
  checkInterfaces(all)
  await detachAddresses(jail.jid, [...before, ...before6])
  if (all.length > 0) await attachAddresses(jail.jid, jail.pid, all)
  return {
    '.aliases': aliasWords(all),
    'ip4.addr': after.map(({ address }) => address).join(','),
    'ip6.addr': after6.map(({ address }) => address).join(','),
  }
}
