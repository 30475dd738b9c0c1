'use client'

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Search, ShieldCheck } from 'lucide-react'
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useDeferredValue } from 'react'
import { AuditRow } from '@/lib/account.ts'
import { holderRefusal } from '@/lib/capabilities.ts'
import { callRead, readKey, ReadError } from '../live/read-query.ts'
import { useActor } from '../live/use-rights.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Select, TextInput } from '../ui/field.tsx'
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
          <div className="relative min-w-48 flex-1">
            <Search aria-hidden size={14} className="absolute top-1/2 left-2.5 -translate-y-1/2 text-text-third" />
            <TextInput
              type="search"
              aria-label="Search the audit log"
              placeholder="any text, or who:ada jail:www verb:jail.stop"
              className="pl-8"
              value={search}
              onChange={(event) => void setFilter({ search: event.target.value === '' ? null : event.target.value })}
            />
          </div>
          <Select
            aria-label="Outcome"
            className="w-40 shrink-0 max-sm:w-full"
            value={outcome ?? ''}
            onChange={(value) => void setFilter({ outcome: outcomes.find((known) => known === value) ?? null })}
            options={options}
          />
          <TextInput
            type="date"
            aria-label="From this day"
            className="w-36 shrink-0 max-sm:w-0 max-sm:flex-1"
            value={from}
            max={to === '' ? undefined : to}
            onChange={(event) => void setFilter({ from: event.target.value === '' ? null : event.target.value })}
          />
          <TextInput
            type="date"
            aria-label="To this day"
            className="w-36 shrink-0 max-sm:w-0 max-sm:flex-1"
            value={to}
            min={from === '' ? undefined : from}
            onChange={(event) => void setFilter({ to: event.target.value === '' ? null : event.target.value })}
          />
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
        {query.hasNextPage && (
          <div className="flex justify-center p-4">
            <Button pending={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              Older rows
            </Button>
          </div>
        )}
      </PageBody>
    </>
  )
}
