import type { CommandRun } from '../cli/run-command.ts'
import { IocageError } from '../errors.ts'
import { jailsByPriority, meansAll } from '../jails/all-jails.ts'
import { jailSnapshots } from '../jails/snapshots.ts'
import { findJail } from '../model/find-jail.ts'
import { compareNames } from '../model/sort.ts'
import { drawTable } from '../texttable.ts'

const SORTS = ['name', 'created', 'rsize', 'used']

/** Lists a jail's snapshots, two rows each: the jail's dataset and its root. */
export const run: CommandRun = async (iocage, parsed) => {
  const [word] = parsed.args
  if (word === undefined)
    throw new IocageError('Usage: iocage snaplist [OPTIONS] JAIL\n\nError: Missing argument "jail".', { status: 2 })
  const all = meansAll(iocage, word)
  const jails = all ? jailsByPriority(iocage, 'ascending') : [findJail(iocage, word)]
  const sort = parsed.values['sort'] ?? 'created'
  if (!SORTS.includes(sort))
    throw new IocageError(['Invalid sort type specified, use one of:', ...SORTS.map((name) => `  ${name}`)].join('\n'))
  const rows: string[][] = []
  for (const jail of jails)
    for (const snapshot of await jailSnapshots(jail))
      for (const { dataset, created, refer, used } of snapshot.rows) {
        const below = dataset.slice(jail.dataset.length)
        const shown = parsed.on('long') ? `${dataset}@${snapshot.name}` : snapshot.name + below
        rows.push([...(all ? [jail.folder] : []), shown, created, refer, used])
      }
  const name = all ? 1 : 0
  if (sort === 'name') rows.sort((a, b) => compareNames(a[name] ?? '', b[name] ?? ''))
  const columns = [...(all ? ['JAIL'] : []), 'NAME', 'CREATED', 'RSIZE', 'USED']
  if (parsed.on('header')) for (const row of rows) iocage.out.info(row.join('\t'))
  else iocage.out.info(drawTable(columns, rows))
}
