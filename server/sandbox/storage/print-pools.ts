import { type CommandResult, failed, succeeded } from '../command-result.ts'
import { parseOptions, UsageError, usageFailure } from './options.ts'
import { formatSize } from './sizes.ts'
import { drawTable } from './table.ts'

/** What there is to say about a pool; sizes in bytes. */
export interface PoolView {
  name: string
  guid: string
  allocated: number
  free: number
  health: string
  /** What it is made of, for `zpool status`. */
  device: string
}

const LIST_USAGE = 'list [-Hp] [-o property[,...]] [pool] ...'
const GET_USAGE = 'get [-Hp] [-o "all" | field[,...]] <"all" | property[,...]> <pool> ...'

/** A pool property: its heading in `zpool list` and its value, exact or as printed. */
type PoolProperty = [heading: string, value: (pool: PoolView, exact: boolean) => string, source?: string]

const size = (of: (pool: PoolView) => number) => (pool: PoolView, exact: boolean) =>
  exact ? String(of(pool)) : formatSize(of(pool))
const constant = (text: string) => () => text
const capacity = ({ allocated, free }: PoolView) => Math.floor((allocated * 100) / Math.max(1, allocated + free))

const PROPERTIES: ReadonlyMap<string, PoolProperty> = new Map<string, PoolProperty>([
  ['size', ['SIZE', size(({ allocated, free }) => allocated + free)]],
  ['capacity', ['CAP', (pool, exact) => `${capacity(pool)}${exact ? '' : '%'}`]],
  ['altroot', ['ALTROOT', constant('-'), 'default']],
  ['health', ['HEALTH', ({ health }) => health]],
  ['guid', ['GUID', ({ guid }) => guid]],
  ['version', ['VERSION', constant('-'), 'default']],
  ['bootfs', ['BOOTFS', constant('-'), 'default']],
  ['autoreplace', ['REPLACE', constant('off'), 'default']],
  ['failmode', ['FAILMODE', constant('wait'), 'default']],
  ['dedupratio', ['DEDUP', constant('1.00x')]],
  ['free', ['FREE', size(({ free }) => free)]],
  ['allocated', ['ALLOC', size(({ allocated }) => allocated)]],
  ['readonly', ['RDONLY', constant('off')]],
  ['comment', ['COMMENT', constant('-'), 'default']],
  ['expandsize', ['EXPANDSZ', constant('-')]],
  ['fragmentation', ['FRAG', constant('-')]],
])
const SHORT_NAMES: Readonly<Record<string, string>> = { alloc: 'allocated', cap: 'capacity', frag: 'fragmentation', dedup: 'dedupratio', expandsz: 'expandsize' } // prettier-ignore
const LEFT = new Set(['name', 'health', 'altroot', 'comment'])

function parseProperties(words: string): string[] {
  return words.split(',').map((word) => {
    const name = SHORT_NAMES[word] ?? word
    if (name !== 'name' && !PROPERTIES.has(name)) throw new UsageError(`bad property list: invalid property '${word}'`)
    return name
  })
}

function choose(operands: readonly string[], pools: readonly PoolView[]) {
  const missing = operands.filter((name) => !pools.some((pool) => pool.name === name))
  return {
    chosen: pools.filter(({ name }) => operands.length === 0 || operands.includes(name)),
    errors: missing.map((name) => `cannot open '${name}': no such pool\n`).join(''),
  }
}

const answer = (stdout: string, errors: string): CommandResult => ({
  status: errors === '' ? 0 : 1,
  stdout,
  stderr: errors,
})

/** `zpool list ARGV`. */
export function listPools(argv: readonly string[], pools: readonly PoolView[]): CommandResult {
  try {
    const options = parseOptions(argv, 'Hpvo:T:')
    const columns = parseProperties(options.value('o') ?? 'name,size,alloc,free,expandsz,frag,cap,dedup,health,altroot')
    const { chosen, errors } = choose(options.operands, pools)
    const cell = (pool: PoolView, column: string) =>
      column === 'name' ? pool.name : PROPERTIES.get(column)![1](pool, options.has('p'))
    const rows = chosen.map((pool) => columns.map((column) => cell(pool, column)))
    if (options.has('H')) return answer(rows.map((row) => `${row.join('\t')}\n`).join(''), errors)
    if (pools.length === 0 && errors === '') return succeeded('no pools available\n')
    if (rows.length === 0) return answer('', errors)
    const headings = columns.map((column) => (column === 'name' ? 'NAME' : PROPERTIES.get(column)![0]))
    return answer(
      drawTable(
        headings,
        rows,
        columns.map((column) => !LEFT.has(column)),
      ),
      errors,
    )
  } catch (error) {
    if (error instanceof UsageError) return usageFailure(error.message, LIST_USAGE)
    throw error
  }
}

/** `zpool get ARGV`. */
export function getPoolProperties(argv: readonly string[], pools: readonly PoolView[]): CommandResult {
  try {
    const options = parseOptions(argv, 'Hpo:')
    const [words, ...operands] = options.operands
    if (words === undefined) throw new UsageError('missing property argument')
    const asked = words === 'all' ? [...PROPERTIES.keys()] : parseProperties(words)
    const fields = (options.value('o') ?? 'name,property,value,source')
      .replace(/^all$/, 'name,property,value,source')
      .split(',')
    const { chosen, errors } = choose(operands, pools)
    const rows = chosen.flatMap((pool) =>
      asked.map((property) => {
        const known = PROPERTIES.get(property)
        const value = known === undefined ? pool.name : known[1](pool, options.has('p'))
        const cells: Record<string, string> = { name: pool.name, property, value, source: known?.[2] ?? '-' }
        return fields.map((field) => cells[field] ?? '-')
      }),
    )
    if (options.has('H')) return answer(rows.map((row) => `${row.join('\t')}\n`).join(''), errors)
    if (rows.length === 0) return answer('', errors)
    return answer(drawTable(fields.map((field) => field.toUpperCase()), rows, fields.map(() => false)), errors) // prettier-ignore
  } catch (error) {
    if (error instanceof UsageError) return usageFailure(error.message, GET_USAGE)
    throw error
  }
}

/** `zpool status ARGV`. */
export function poolStatus(argv: readonly string[], pools: readonly PoolView[]): CommandResult {
  const options = parseOptions(argv, 'xvT:')
  const { chosen, errors } = choose(options.operands, pools)
  if (pools.length === 0 && errors === '') return succeeded('no pools available\n')
  if (options.has('x') && errors === '')
    return succeeded(options.operands.length === 0 ? 'all pools are healthy\n' : chosen.map(({ name }) => `pool '${name}' is healthy\n`).join('')) // prettier-ignore
  const text = chosen.map(({ name, device, health }) => {
    const width = Math.max(name.length, device.length + 2)
    const row = (label: string, state: string) => `\t${label.padEnd(width)}  ${state.padEnd(9)}     0     0     0\n`
    return (
      `  pool: ${name}\n state: ${health}\n  scan: none requested\nconfig:\n\n` +
      `\t${'NAME'.padEnd(width)}  STATE     READ WRITE CKSUM\n${row(name, health)}${row(`  ${device}`, health)}\n` +
      `errors: No known data errors\n`
    )
  })
  return errors === '' ? succeeded(text.join('\n')) : failed(errors)
}
