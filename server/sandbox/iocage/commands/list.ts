import type { CommandRun } from '../cli/run-command.ts'
import type { Parsed } from '../cli/option.ts'
import { ip4Cell, ip6Cell, jidCell, nameCell, origins, releaseCell, templateCell } from '../jails/list-cells.ts'
import { sortRows } from '../jails/sort-rows.ts'
import { runningJails } from '../model/host.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { isOn, kernelName, readJails, setting, type Jail } from '../model/jail.ts'
import { compareNames } from '../model/sort.ts'
import { fetchedReleases } from '../releases/fetched-releases.ts'
import { drawTable } from '../texttable.ts'

/** Lists jails, templates, base jails, plugins, or releases, as a table or (`-h`, `-H`) as lines with tabs. */
export const run: CommandRun = async (iocage, parsed) => {
  if (parsed.on('remote')) {
    const { printOfferedReleases } = await import('../releases/offered-releases.ts')
    return await printOfferedReleases(iocage, { plugins: parsed.on('plugins') })
  }
  if (parsed.values['type'] === 'base') {
    print(
      iocage,
      parsed,
      ['Bases fetched'],
      fetchedReleases(iocage).map((release) => [release]),
    )
    return 0
  }
  const jails = readJails(iocage, [parsed.values['type'] === 'template' ? 'templates' : 'jails']).filter((jail) =>
    isAskedFor(jail, parsed),
  )
  for (const jail of jails) if (jail.corrupt !== undefined) iocage.out.error(jail.corrupt)
  if (parsed.on('quick')) {
    const rows = jails.map((jail) => [jail.folder, isOn(jail, 'dhcp') ? 'DHCP' : setting(jail, 'ip4_addr') || 'N/A'])
    print(iocage, parsed, ['NAME', 'IP4'], sortRows(rows, ['NAME', 'IP4'], 'name', ['name']))
    return 0
  }
  if (iocage.dialect === '0.9.7') await listByTag(iocage, parsed, jails)
  else await listByName(iocage, parsed, jails)
  return 0
}

function isAskedFor(jail: Jail, parsed: Parsed): boolean {
  if (parsed.on('plugins')) return setting(jail, 'type').startsWith('plugin')
  return parsed.values['type'] !== 'basejail' || isOn(jail, 'basejail')
}

function print(iocage: Iocage, parsed: Parsed, columns: string[], rows: string[][]): void {
  if (parsed.on('header')) for (const row of rows) iocage.out.info(row.join('\t'))
  else iocage.out.info(drawTable(columns, rows))
}

async function listByName(iocage: Iocage, parsed: Parsed, jails: Jail[]): Promise<void> {
  const plugins = parsed.on('plugins')
  const long = parsed.on('long') || plugins
  const columns = long
    ? [
        'JID',
        'NAME',
        'BOOT',
        'STATE',
        'TYPE',
        'RELEASE',
        'IP4',
        'IP6',
        'TEMPLATE',
        ...(plugins ? ['PORTAL', 'DOC_URL'] : ['BASEJAIL']),
      ]
    : ['JID', 'NAME', 'STATE', 'RELEASE', 'IP4']
  const [running, originOf] = await Promise.all([runningJails(), long ? origins(iocage) : new Map<string, string>()])
  const rows = await Promise.all(
    jails.map(async (jail) => {
      if (jail.corrupt !== undefined)
        return columns.map((column) =>
          column === 'NAME' ? nameCell(jail.folder, long) : column === 'STATE' ? 'CORRUPT' : 'N/A',
        )
      const jid = running.get(kernelName(jail))
      const state = jid === undefined ? 'down' : 'up'
      const ip4 = await ip4Cell(iocage, jail, jid, long)
      if (!long) return [jidCell(iocage, jid), nameCell(jail.folder, false), state, releaseCell(jail, false), ip4]
      return [
        jidCell(iocage, jid),
        jail.folder,
        isOn(jail, 'boot') ? 'on' : 'off',
        state,
        setting(jail, 'type'),
        releaseCell(jail, true),
        ip4,
        ip6Cell(jail),
        templateCell(jail, originOf),
        ...(plugins ? ['-', '-'] : [isOn(jail, 'basejail') ? 'yes' : 'no']),
      ]
    }),
  )
  const allowed = long
    ? ['jid', 'name', 'boot', 'state', 'type', 'release', 'ip4', 'ip6', 'template']
    : ['jid', 'name', 'state', 'release', 'ip4']
  print(iocage, parsed, columns, sortRows(rows, columns, parsed.values['sort'] ?? 'name', allowed))
}

async function listByTag(iocage: Iocage, parsed: Parsed, jails: Jail[]): Promise<void> {
  const long = parsed.on('long')
  const columns = long
    ? ['JID', 'UUID', 'BOOT', 'STATE', 'TAG', 'TYPE', 'IP4', 'RELEASE', 'TEMPLATE']
    : ['JID', 'UUID', 'STATE', 'TAG', 'RELEASE', 'IP4']
  const [running, originOf] = await Promise.all([runningJails(), long ? origins(iocage) : new Map<string, string>()])
  const rows = await Promise.all(
    jails
      .toSorted((a, b) => compareNames(a.tag, b.tag))
      .map(async (jail) => {
        const jid = running.get(kernelName(jail))
        const state = jid === undefined ? 'down' : 'up'
        const ip4 = await ip4Cell(iocage, jail, jid, long)
        if (!long) return [jidCell(iocage, jid), jail.id.slice(0, 8), state, jail.tag, releaseCell(jail, false), ip4]
        return [
          jidCell(iocage, jid),
          jail.id,
          setting(jail, 'boot'),
          state,
          jail.tag,
          setting(jail, 'type'),
          ip4,
          releaseCell(jail, true),
          templateCell(jail, originOf),
        ]
      }),
  )
  print(iocage, parsed, columns, rows)
}
