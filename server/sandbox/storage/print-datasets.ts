import { type CommandResult, succeeded } from '../command-result.ts'
import { compareDatasets, type DatasetType, type DatasetView, fileSystemOf, isWithin } from './dataset.ts'
import { parseOptions, UsageError, usageFailure } from './options.ts'
import { displayValue, isUserProperty, NATIVE_PROPERTIES, propertyName } from './properties.ts'
import { drawTable } from './table.ts'

const LIST_USAGE = 'list [-Hp] [-r|-d max] [-o property[,...]] [-s property]... [-S property]... [-t type[,...]] [filesystem|volume|snapshot] ...' // prettier-ignore
const GET_USAGE = 'get [-Hp] [-r|-d max] [-o "all" | field[,...]] [-t type[,...]] [-s source[,...]] <"all" | property[,...]> [filesystem|volume|snapshot] ...' // prettier-ignore

const RIGHT_ALIGNED = new Set(['size', 'limit', 'number', 'ratio'])

const TYPE_WORDS: Readonly<Record<string, DatasetType>> = {
  filesystem: 'filesystem',
  fs: 'filesystem',
  snapshot: 'snapshot',
  snap: 'snapshot',
  volume: 'volume',
  vol: 'volume',
}

function parseTypes(words: string | undefined): ReadonlySet<DatasetType> | undefined {
  if (words === undefined) return undefined
  const types = new Set<DatasetType>()
  for (const word of words.split(',')) {
    if (word === 'all') return new Set(['filesystem', 'snapshot', 'volume'])
    const type = TYPE_WORDS[word]
    if (type === undefined && word !== 'bookmark') throw new UsageError(`invalid type '${word}'`)
    if (type !== undefined) types.add(type)
  }
  return types
}

function parseProperties(words: string): string[] {
  return words.split(',').map((word) => {
    const name = propertyName(word)
    if (name === undefined) throw new UsageError(`bad property list: invalid property '${word}'`)
    return name
  })
}

interface Selection {
  operands: readonly string[]
  recursive: boolean
  /** Levels below an operand, with `-d`. */
  depth?: number
  types?: ReadonlySet<DatasetType>
}

/** The datasets that operands, -r, -d and -t choose, in zfs's order, and an error line for each missing operand. */
function select(all: readonly DatasetView[], { operands, recursive, depth, types }: Selection) {
  const errors: string[] = []
  const chosen = new Set<DatasetView>()
  const reach = depth ?? (recursive ? Infinity : 0)
  const wanted = (view: DatasetView) => (types ?? new Set<DatasetType>(['filesystem', 'volume'])).has(view.type)
  // No operand: everything, as with -r on every pool.
  const tops = operands.length > 0 ? operands : all.filter(({ name }) => !/[/@]/.test(name)).map(({ name }) => name)
  for (const operand of tops) {
    const top = all.find(({ name }) => name === operand)
    if (top === undefined) {
      errors.push(`cannot open '${operand}': dataset does not exist\n`)
      continue
    }
    if (top.type === 'snapshot') {
      chosen.add(top)
      continue
    }
    const limit = operands.length === 0 && depth === undefined ? Infinity : reach
    const level = (name: string) => name.split('/').length - operand.split('/').length
    for (const view of all) {
      if (!isWithin(fileSystemOf(view.name), operand)) continue
      // A snapshot counts as one level deeper than its file system.
      const isSnapshot = view.type === 'snapshot'
      const distance = level(fileSystemOf(view.name)) + Number(isSnapshot)
      if (distance <= limit && wanted(view)) chosen.add(view)
    }
    // An operand named outright is shown whatever the default types are.
    if (types === undefined) chosen.add(top)
  }
  return { views: [...chosen].sort(compareDatasets), errors }
}

function valueOf(view: DatasetView, property: string): string {
  return property === 'name' ? view.name : (view.properties.get(property)?.value ?? '-')
}

function compareBy(property: string, descending: boolean) {
  const numeric = ['size', 'limit', 'number', 'ratio', 'time'].includes(NATIVE_PROPERTIES.get(property)?.kind ?? '')
  return (left: DatasetView, right: DatasetView) => {
    const [a, b] = [valueOf(left, property), valueOf(right, property)]
    const order = numeric ? Number(a) - Number(b) || 0 : a < b ? -1 : a > b ? 1 : 0
    return descending ? -order : order
  }
}

const result = (stdout: string, errors: readonly string[]): CommandResult =>
  errors.length === 0 ? succeeded(stdout) : { status: 1, stdout, stderr: errors.join('') }

/** `zfs list ARGV` over the datasets `all`. */
export function listDatasets(argv: readonly string[], all: readonly DatasetView[]): CommandResult {
  try {
    const options = parseOptions(argv, 'Hprd:o:s:S:t:')
    const types = parseTypes(options.value('t'))
    // `zfs list -t snapshot DATASET` shows that dataset's snapshots without -r as well.
    const onlySnapshots = types?.has('snapshot') === true && types.size === 1
    const depth = options.has('d') ? Number(options.value('d')) : undefined
    const columns = parseProperties(options.value('o') ?? 'name,used,available,referenced,mountpoint')
    const { views, errors } = select(all, {
      operands: options.operands,
      recursive: options.has('r'),
      depth: depth ?? (onlySnapshots && !options.has('r') && options.operands.length > 0 ? 1 : undefined),
      types,
    })
    const sorts = argv.flatMap((word, index) => (word === '-s' || word === '-S' ? [[word, argv[index + 1] ?? '']] : []))
    for (const [flag, word] of sorts.toReversed()) views.sort(compareBy(parseProperties(word!)[0]!, flag === '-S'))
    const exact = options.has('p')
    const rows = views.map((view) => columns.map((column) => displayValue(column, valueOf(view, column), exact)))
    if (options.has('H')) return result(rows.map((row) => `${row.join('\t')}\n`).join(''), errors)
    if (rows.length === 0) return { ...result('', errors), stderr: errors.join('') || 'no datasets available\n' }
    const headings = columns.map((column) => NATIVE_PROPERTIES.get(column)?.heading ?? column.toUpperCase())
    const right = columns.map((column) => RIGHT_ALIGNED.has(NATIVE_PROPERTIES.get(column)?.kind ?? 'text'))
    return result(drawTable(headings, rows, right), errors)
  } catch (error) {
    if (error instanceof UsageError) return usageFailure(error.message, LIST_USAGE)
    throw error
  }
}

const FIELDS = ['name', 'property', 'value', 'received', 'source'] as const

function propertiesOf(view: DatasetView): string[] {
  const own = [...view.properties.keys()]
  const native = [...NATIVE_PROPERTIES.keys()].filter((name) => view.properties.has(name))
  return [...native, ...own.filter((name) => !NATIVE_PROPERTIES.has(name)).sort()]
}

function matchesSource(source: string, wanted: ReadonlySet<string>): boolean {
  if (source === '-') return wanted.has('none')
  return wanted.has(source.split(' ', 1)[0]!)
}

/** `zfs get ARGV` over the datasets `all`. */
export function getProperties(argv: readonly string[], all: readonly DatasetView[]): CommandResult {
  try {
    const options = parseOptions(argv, 'Hprd:o:s:t:')
    const [words, ...operands] = options.operands
    if (words === undefined) throw new UsageError('missing property argument')
    const asked = words === 'all' ? undefined : parseProperties(words)
    const fields = (options.value('o') ?? 'name,property,value,source').replace(/^all$/, FIELDS.join(',')).split(',')
    for (const field of fields)
      if (!FIELDS.includes(field as (typeof FIELDS)[number])) throw new UsageError(`invalid column name '${field}'`)
    const sources = options.value('s')
    const { views, errors } = select(all, {
      operands,
      recursive: options.has('r'),
      depth: options.has('d') ? Number(options.value('d')) : undefined,
      types: parseTypes(options.value('t')) ?? new Set<DatasetType>(['filesystem', 'volume', 'snapshot']),
    })
    const rows: string[][] = []
    for (const view of views) {
      for (const property of asked ?? propertiesOf(view)) {
        const known = view.properties.get(property)
        // A native property that this type does not have prints `-` when it was asked for by name.
        const { value, source } = known ?? { value: property === 'name' ? view.name : '-', source: '-' }
        if (sources !== undefined && !matchesSource(source, new Set(sources.split(',')))) continue
        const shown = isUserProperty(property) ? value : displayValue(property, value, options.has('p'))
        const cells: Record<string, string> = { name: view.name, property, value: shown, received: '-', source }
        rows.push(fields.map((field) => cells[field]!))
      }
    }
    if (options.has('H')) return result(rows.map((row) => `${row.join('\t')}\n`).join(''), errors)
    if (rows.length === 0) return result('', errors)
    const headings = fields.map((field) => field.toUpperCase())
    return result(
      drawTable(
        headings,
        rows,
        fields.map(() => false),
      ),
      errors,
    )
  } catch (error) {
    if (error instanceof UsageError) return usageFailure(error.message, GET_USAGE)
    throw error
  }
}
