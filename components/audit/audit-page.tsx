'use client'

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { ShieldCheck } from 'lucide-react'
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useDeferredValue } from 'react'
import { AuditRow } from '@/lib/account.ts'
import { holderRefusal } from '@/lib/capabilities.ts'
import { callRead, readKey, ReadError } from '../live/read-query.ts'
import { useActor } from '../live/use-rights.ts'
import { DayRange } from '../ui/day-range.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Select } from '../ui/field.tsx'
import { FilterInput } from '../ui/filter-input.tsx'
import { LoadMore } from '../ui/load-more.tsx'
import { PageBody, PageHeader } from '../ui/page-header.tsx'
import { Note } from '../ui/panel.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { auditQuery, timeRange } from './audit-query.ts'
import { AuditTable } from './audit-table.tsx'
import { ExportAudit } from './export-audit.tsx'
import { VerifyChain } from './verify-chain.tsx'

const outcomes = AuditRow.shape.outcome.options
const options = [
  { value: '', label: 'Every outcome' },
  { value: 'succeeded', label: 'Succeeded' },
  { value: 'failed', label: 'Failed' },
  { value: 'refused', label: 'Refused' },
  { value: 'intent', label: 'Asked' },
]

/** Who asked for what, when, from where, and what came of it. */
export function AuditPage() {
  const refusal = holderRefusal(useActor(), 'audit:read')
  if (refusal === undefined) return <AuditLog />
  return (
    <>
      <PageHeader title="Audit" />
      <EmptyState icon={ShieldCheck} title="For admins">
        {refusal}
      </EmptyState>
    </>
  )
}

function AuditLog() {
  const [{ search, outcome, from, to }, setFilter] = useQueryStates(
    {
      search: parseAsString.withDefault(''),
      outcome: parseAsStringLiteral(outcomes),
      from: parseAsString.withDefault(''),
      to: parseAsString.withDefault(''),
    },
    { history: 'replace', throttleMs: 200 },
  )
  const asked = {
    ...auditQuery(useDeferredValue(search)),
    ...(outcome === null ? {} : { outcome }),
    ...timeRange(from, to),
  }
  const query = useInfiniteQuery({
    queryKey: readKey('audit.list', asked),
    queryFn: ({ pageParam, signal }) =>
      callRead('audit.list', { ...asked, ...(pageParam === 0 ? {} : { before: pageParam }) }, signal),
    initialPageParam: 0,
    getNextPageParam: (page) => (page.more ? page.rows.at(-1)?.seq : undefined),
    placeholderData: keepPreviousData,
  })
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  const set = (key: 'search' | 'from' | 'to') => (value: string) =>
    void setFilter({ [key]: value === '' ? null : value })
  const filtered = search !== '' || outcome !== null || from !== '' || to !== ''
  return (
    <>
      <PageHeader
        title="Audit"
        actions={
          <>
            <VerifyChain />
            <ExportAudit filter={asked} />
          </>
        }
      >
        <div className="flex flex-wrap gap-2.5 px-4 pb-3 sm:px-5">
          <FilterInput
            label="Search the audit log"
            placeholder="any text, or who:ada jail:www verb:jail.stop"
            className="min-w-48"
            value={search}
            onChange={set('search')}
          />
          <Select
            aria-label="Outcome"
            className="w-40 shrink-0 max-sm:w-full"
            value={outcome ?? ''}
            onChange={(value) => void setFilter({ outcome: outcomes.find((known) => known === value) ?? null })}
            options={options}
          />
          <DayRange from={from} to={to} onFrom={set('from')} onTo={set('to')} />
        </div>
      </PageHeader>
      <PageBody padded={false}>
        {query.error instanceof ReadError && (
          <div className="p-4">
            <Note tone="bad">{query.error.message}</Note>
          </div>
        )}
        {query.isPending && <SkeletonRows rows={12} />}
        {query.isSuccess && rows.length === 0 && (
          <EmptyState icon={ShieldCheck} title={filtered ? 'Nothing matches' : 'Nothing happened yet'}>
            {filtered
              ? 'No row has what you look for.'
              : 'Every change and every console stands here, with who asked, from where, and what came of it.'}
          </EmptyState>
        )}
        {rows.length > 0 && <AuditTable rows={rows} />}
        <LoadMore query={query} label="Older rows" />
      </PageBody>
    </>
  )
}
