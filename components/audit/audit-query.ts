import type { VerbInput } from '@/lib/contract/verbs.ts'

export type AuditQuery = Omit<VerbInput<'audit.list'>, 'before' | 'limit'>

const fields = { who: 'actor', jail: 'target', user: 'target', verb: 'verb' } as const
const isField = (word: string): word is keyof typeof fields => Object.hasOwn(fields, word)

/** What a search line asks for: `who:ada`, `jail:www`, `verb:jail.stop` exactly, all other words together anywhere. */
export function auditQuery(line: string): AuditQuery {
  const query: AuditQuery = {}
  const rest: string[] = []
  for (const word of line.split(/\s+/)) {
    const [, name = '', value = ''] = /^(\w+):(.+)$/.exec(word) ?? []
    if (isField(name)) query[fields[name]] = value
    else if (word !== '') rest.push(word)
  }
  return rest.length === 0 ? query : { ...query, search: rest.join(' ') }
}

/** Two days of the reader's calendar, both included, as moments; what is no day says nothing. */
export function timeRange(from: string, to: string): Pick<AuditQuery, 'since' | 'until'> {
  const start = dayStart(from, 0)
  const end = dayStart(to, 1)
  return { ...(start === undefined ? {} : { since: start }), ...(end === undefined ? {} : { until: end }) }
}

function dayStart(day: string, daysLater: number): string | undefined {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day) ?? []
  if (year === undefined) return undefined
  const moment = new Date(Number(year), Number(month) - 1, Number(date) + daysLater)
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString()
}
