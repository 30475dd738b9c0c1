import type { CommandRun } from '../cli/run-command.ts'
import type { Parsed } from '../cli/option.ts'
import { IocageError } from '../errors.ts'
import { nameCell } from '../jails/list-cells.ts'
import { findJail } from '../model/find-jail.ts'
import { hostCommand, runningJails } from '../model/host.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { kernelName, label, readDefaults, readJails, type Jail } from '../model/jail.ts'
import { compareNames } from '../model/sort.ts'
import { str } from '../python.ts'
import { drawTable } from '../texttable.ts'
import { readFstab } from '../jails/fstab-file.ts'

/** Prints one property, all of them, one for every jail, the pool, or a jail's state or JID. */
export const run: CommandRun = async (iocage, parsed) => {
  const { out } = iocage
  if (parsed.on('pool')) {
    out.info(iocage.pool)
    return
  }
  const [first, second] = parsed.args
  if (parsed.on('recursive')) return await printForAll(iocage, parsed, first)
  const all = parsed.on('all')
  if (parsed.on('state') || parsed.on('jid')) return await printState(iocage, parsed, first)
  const [property, word] = all ? ['all', first] : [first, second]
  if (property === undefined || word === undefined) throw new IocageError('You must specify a jail!')
  if (parsed.on('plugin')) return await refusePlugin(iocage, word)
  if (iocage.dialect === '1.13' && word === 'default') return printDefault(iocage, property)

  const jail = findJail(iocage, word)
  if (property === 'all') {
    const state = iocage.dialect === '1.13' ? { state: await stateOf(jail) } : {}
    for (const [key, value] of Object.entries({ ...jail.config, ...state }).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      out.info(`${key}:${str(value)}`)
    return
  }
  if (iocage.dialect === '0.9.7' && property === 'fstab') {
    const rows = readFstab(jail.path).map((entry, index) => [String(index), entry.text])
    out.info(drawTable(['INDEX', 'FSTAB ENTRY'], rows))
    return
  }
  out.info(await propertyValue(iocage, jail, property))
}

const stateOf = async (jail: Jail): Promise<string> => ((await runningJails()).has(kernelName(jail)) ? 'up' : 'down')

async function propertyValue(iocage: Iocage, jail: Jail, property: string): Promise<string> {
  if (property === 'state') return await stateOf(jail)
  const value = property === 'last_started' && iocage.dialect === '1.13' ? jail.own[property] : jail.config[property]
  if (value === undefined) throw new IocageError(`${property} is not a valid property!`)
  if (property === 'last_started' && value === 'none') return 'never'
  if (property === 'devfs_ruleset' && iocage.dialect === '1.13' && (await stateOf(jail)) === 'up')
    return (await hostCommand('jls', ['-j', kernelName(jail), 'devfs_ruleset'])).stdout.trim() || str(value)
  return str(value)
}

function printDefault(iocage: Iocage, property: string): void {
  const defaults = readDefaults(iocage)
  if (property === 'all') {
    for (const [key, value] of Object.entries(defaults).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      iocage.out.info(`${key}:${str(value)}`)
    return
  }
  if (!(property in defaults)) throw new IocageError(`${property} is not a valid property!`)
  iocage.out.info(str(defaults[property]))
}

async function printState(iocage: Iocage, parsed: Parsed, word: string | undefined): Promise<void> {
  if (word === undefined) throw new IocageError('You must specify a jail!')
  const running = await runningJails()
  if (parsed.on('state')) {
    iocage.out.info(running.has(kernelName(findJail(iocage, word))) ? 'up' : 'down')
    return
  }
  // The JID is looked up by the word itself: a prefix finds nothing.
  iocage.out.info(String(running.get(`ioc-${word.replaceAll('.', '_')}`) ?? '-'))
}

async function printForAll(iocage: Iocage, parsed: Parsed, property: string | undefined): Promise<number> {
  if (property === undefined) throw new IocageError('You must specify a property!')
  const running = await runningJails()
  const rows = readJails(iocage)
    .filter((jail) => jail.corrupt === undefined)
    .toSorted((a, b) => compareNames(a.tag, b.tag))
    .map((jail) => {
      const value =
        property === 'state' ? (running.has(kernelName(jail)) ? 'up' : 'down') : str(jail.config[property] ?? 'N/A')
      return iocage.dialect === '0.9.7' ? [jail.id, jail.tag, value] : [nameCell(jail.folder, true), value]
    })
  const heading = `PROP - ${property}`
  if (parsed.on('header')) for (const row of rows) iocage.out.info(row.join('\t'))
  else iocage.out.info(drawTable(iocage.dialect === '0.9.7' ? ['UUID', 'TAG', heading] : ['NAME', heading], rows))
  return 0
}

async function refusePlugin(iocage: Iocage, word: string): Promise<number> {
  const jail = findJail(iocage, word)
  if ((await stateOf(jail)) === 'down')
    throw new IocageError(`${label(iocage, jail)} is not running! Please supply --force (-f) or start the jail`)
  throw new IocageError(`No settings.json exists in ${jail.path}/plugin!`)
}
