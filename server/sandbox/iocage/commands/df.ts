import { zfs } from '../../storage/zfs.ts'
import type { CommandRun } from '../cli/run-command.ts'
import { IocageError } from '../errors.ts'
import { nameCell } from '../jails/list-cells.ts'
import { readJails } from '../model/jail.ts'
import { compareNames } from '../model/sort.ts'
import { drawTable } from '../texttable.ts'

const SORTS: Record<string, string> = { name: 'NAME', crt: 'CRT', res: 'RES', qta: 'QTA', use: 'USE', ava: 'AVA' }

/** How much space jails and templates use, as zfs tells it. */
export const run: CommandRun = async (iocage, parsed) => {
  const byTag = iocage.dialect === '0.9.7'
  const properties = ['compressratio', 'reservation', 'quota', 'used', 'available']
  const { stdout } = await zfs(
    'get',
    '-H',
    '-o',
    'name,property,value',
    '-r',
    properties.join(','),
    `${iocage.pool}/iocage`,
  )
  const values = new Map(
    stdout.split('\n').map((line) => {
      const [name = '', property = '', value = ''] = line.split('\t')
      return [`${name} ${property}`, value]
    }),
  )
  const rows = readJails(iocage)
    .toSorted((a, b) => compareNames(a.tag, b.tag))
    .map((jail) => {
      const sizes = properties.map((property) => values.get(`${jail.dataset} ${property}`) ?? '-')
      return byTag
        ? [parsed.on('long') ? jail.id : jail.id.slice(0, 8), ...sizes, jail.tag]
        : [nameCell(jail.folder, parsed.on('long')), ...sizes]
    })
  const columns = byTag
    ? ['UUID', 'CRT', 'RES', 'QTA', 'USE', 'AVA', 'TAG']
    : ['NAME', 'CRT', 'RES', 'QTA', 'USE', 'AVA']
  const sort = parsed.values['sort']
  if (sort !== undefined && !(sort in SORTS))
    throw new IocageError(
      ['Invalid sort type specified, use one of:', ...Object.keys(SORTS).map((name) => `  ${name}`)].join('\n'),
    )
  const at = sort === undefined ? 0 : columns.indexOf(SORTS[sort] ?? 'NAME')
  const sorted = at <= 0 ? rows : rows.toSorted((a, b) => bytes(b[at] ?? '') - bytes(a[at] ?? ''))
  if (parsed.on('header')) for (const row of sorted) iocage.out.info(row.join('\t'))
  else iocage.out.info(drawTable(columns, sorted))
}

/** A size or ratio as a number, for sorting: `1.5M` is 1572864. */
function bytes(text: string): number {
  const [, number = '0', unit = ''] = /^([\d.]+)([BKMGTPx]?)/.exec(text) ?? []
  return Number(number) * 1024 ** Math.max(0, 'BKMGTP'.indexOf(unit === '' || unit === 'x' ? 'B' : unit))
}
