import { IocageError } from '../errors.ts'
import { compareNames } from '../model/sort.ts'

const ADDRESS = /^\d+\.\d+\.\d+\.\d+/

/**
 * Sorts table rows by a column's name the way `list -s` does: JIDs and addresses as numbers before words, `up` and
 * `on` first, names with a trailing `_<digits>` by number. Throws with the allowed names for any other word.
 */
export function sortRows(
  rows: string[][],
  columns: readonly string[],
  sort: string,
  allowed: readonly string[],
): string[][] {
  if (!allowed.includes(sort))
    throw new IocageError(
      ['Invalid sort type specified, use one of:', ...allowed.map((name) => `  ${name}`)].join('\n'),
    )
  const at = columns.indexOf(sort.toUpperCase())
  const nameAt = columns.indexOf('NAME')
  const compare = comparison(sort)
  return rows.toSorted((a, b) => compare(a[at] ?? '', b[at] ?? '') || compareNames(a[nameAt] ?? '', b[nameAt] ?? ''))
}

function comparison(sort: string): (a: string, b: string) => number {
  if (sort === 'name') return compareNames
  if (sort === 'state' || sort === 'boot') return (a, b) => Number(isFirst(b)) - Number(isFirst(a))
  if (sort === 'jid') return numbersFirst((text) => (/^\d+$/.test(text) ? [Number(text)] : null))
  if (sort === 'ip4')
    return numbersFirst((text) => {
      const address = text.slice(text.indexOf('|') + 1)
      return ADDRESS.test(address) ? (ADDRESS.exec(address)?.[0] ?? '').split('.').map(Number) : null
    })
  if (sort === 'release') return numbersFirst((text) => text.match(/\d+/g)?.map(Number) ?? null)
  return byText
}

const isFirst = (text: string): boolean => text === 'up' || text === 'on'
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function numbersFirst(numbers: (text: string) => number[] | null): (a: string, b: string) => number {
  return (a, b) => {
    const [left, right] = [numbers(a), numbers(b)]
    if (left === null || right === null) return left === null && right === null ? byText(a, b) : left === null ? 1 : -1
    for (let at = 0; at < Math.max(left.length, right.length); at++) {
      const difference = (left[at] ?? -1) - (right[at] ?? -1)
      if (difference !== 0) return difference
    }
    return 0
  }
}
