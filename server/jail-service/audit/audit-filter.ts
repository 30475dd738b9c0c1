import type { VerbParsedInput } from '@/lib/contract/verbs.ts'

type AuditFilter = Pick<
  VerbParsedInput<'audit.list'>,
  'search' | 'outcome' | 'actor' | 'verb' | 'target' | 'since' | 'until'
>

/** Columns of a row that a search looks into. */
const SEARCHED = ['actor', 'address', 'verb', 'target', 'text', 'detail', 'argv']

/** The filter as conditions of SQL with their values; never empty. */
export function auditConditions(filter: AuditFilter): { where: string; values: (string | number)[] } {
  const where = ['1']
  const values: (string | number)[] = []
  const add = (condition: string, ...more: string[]) => {
    where.push(condition)
    values.push(...more)
  }
  const of = (column: string) => `json_extract(row, '$.${column}')`
  if (filter.outcome !== undefined) add('outcome = ?', filter.outcome)
  if (filter.actor !== undefined)
    add(`(${of('actor')} = ? OR ${of('actor')} LIKE ? ESCAPE '\\')`, filter.actor, `${escaped(filter.actor)}, token %`)
  if (filter.verb !== undefined) add(`${of('verb')} = ?`, filter.verb)
  if (filter.target !== undefined)
    // A bulk names several, a jail's id ends in its name.
    add(
      `(', ' || ${of('target')} || ',' LIKE ? ESCAPE '\\' OR ', ' || ${of('target')} || ',' LIKE ? ESCAPE '\\')`,
      `%, ${escaped(filter.target)},%`,
      `%:${escaped(filter.target)},%`,
    )
  if (filter.since !== undefined) add(`${of('at')} >= ?`, filter.since)
  if (filter.until !== undefined) add(`${of('at')} < ?`, filter.until)
  if (filter.search !== undefined && filter.search !== '') {
    const pattern = `%${escaped(filter.search)}%`
    add(
      `(${SEARCHED.map((column) => `${of(column)} LIKE ? ESCAPE '\\'`).join(' OR ')})`,
      ...SEARCHED.map(() => pattern),
    )
  }
  return { where: where.join(' AND '), values }
}

const escaped = (text: string): string => text.replaceAll(/[\\%_]/g, (character) => `\\${character}`)
