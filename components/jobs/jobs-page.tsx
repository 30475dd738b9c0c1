'use client'

import { AlignLeft, ArrowLeft, X } from 'lucide-react'
import { createSerializer, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useDeferredValue } from 'react'
import type { JobState } from '@/lib/job.ts'
import { useEscape } from '../jails/use-escape.ts'
import { useJobDetail } from '../live/use-job-detail.ts'
import { useAllJails } from '../live/use-live-data.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { cn } from '../ui/cn.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { Select } from '../ui/field.tsx'
import { FilterInput } from '../ui/filter-input.tsx'
import { PageBody, PageHeader } from '../ui/page-header.tsx'
import { Note } from '../ui/panel.tsx'
import { moveBetweenRows } from '../ui/row-keys.ts'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { JobDetail } from './job-detail.tsx'
import { JobTable } from './job-table.tsx'
import { useJobList } from './use-job-list.ts'

const states = ['active', 'done', 'failed', 'cancelled'] as const
const statesOf: Record<(typeof states)[number], JobState[]> = {
  active: ['waiting', 'running'],
  done: ['succeeded'],
  failed: ['failed', 'timed_out', 'interrupted'],
  cancelled: ['cancelled'],
}
const stateOptions = [
  { value: '', label: 'Every state' },
  { value: 'active', label: 'Running, waiting' },
  { value: 'done', label: 'Done' },
  { value: 'failed', label: 'Failed' },
  { value: 'cancelled', label: 'Cancelled' },
]

const parsers = {
  search: parseAsString.withDefault(''),
  state: parseAsStringLiteral(states),
  jail: parseAsString,
  job: parseAsString,
}
const addressOf = createSerializer(parsers)

/** Everything that was ever asked for: what, by whom, when, with which commands, and what came of it. */
export function JobsPage() {
  const [view, setView] = useQueryStates(parsers, { history: 'replace', throttleMs: 200 })
  const { search, state, jail, job } = view
  const asked = useDeferredValue(search)
  const { query, jobs, error } = useJobList({
    ...(asked === '' ? {} : { search: asked }),
    ...(state === null ? {} : { states: statesOf[state] }),
    ...(jail === null ? {} : { jailId: jail }),
  })
  const hrefOf = (id: string) => `/jobs${addressOf({ ...view, job: id })}`
  const close = () => void setView({ job: null }, { history: 'push' })
  useEscape(() => {
    if (job !== null) close()
  })
  const filtered = search !== '' || state !== null || jail !== null
  return (
    <>
      <PageHeader title="Jobs">
        <div className={cn('flex flex-wrap gap-2.5 px-4 pb-3 sm:px-5', job !== null && 'max-lg:hidden')}>
          <FilterInput
            label="Search jobs"
            placeholder="jail, release, who …"
            className="max-sm:basis-full"
            value={search}
            onChange={(text) => void setView({ search: text === '' ? null : text })}
          />
          <Select
            aria-label="State"
            className="w-40 max-sm:w-auto max-sm:flex-1"
            value={state ?? ''}
            onChange={(value) => void setView({ state: states.find((known) => known === value) ?? null })}
            options={stateOptions}
          />
          <JailSelect value={jail} onChange={(id) => void setView({ jail: id })} />
        </div>
      </PageHeader>
      <div className="flex min-h-0 flex-1" onKeyDown={moveBetweenRows}>
        <div className={cn('flex min-w-0 flex-1 flex-col', job !== null && 'max-lg:hidden')}>
          <PageBody padded={false}>
            {error !== undefined && (
              <div className="p-4">
                <Note tone="bad">
                  {error.message} {error.hint}
                </Note>
              </div>
            )}
            {query.isPending && <SkeletonRows rows={12} />}
            {query.isSuccess && jobs.length === 0 && (
              <EmptyState
                icon={AlignLeft}
                title={filtered ? 'Nothing matches' : 'No jobs yet'}
                actions={
                  filtered && (
                    <Button onClick={() => void setView({ search: null, state: null, jail: null })}>
                      Show all jobs
                    </Button>
                  )
                }
              >
                {filtered
                  ? 'No job has what you look for.'
                  : 'Every change that is made here becomes a job and stays here for 90 days: its commands, its output, who asked and when.'}
              </EmptyState>
            )}
            {jobs.length > 0 && <JobTable jobs={jobs} chosen={job} hrefOf={({ id }) => hrefOf(id)} />}
            {query.hasNextPage && (
              <div className="flex justify-center p-4">
                <Button pending={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  Older jobs
                </Button>
              </div>
            )}
          </PageBody>
        </div>
        {job !== null && (
          <aside
            aria-label="Job"
            className="flex min-w-0 flex-col border-line bg-bg max-lg:flex-1 lg:w-1/2 lg:max-w-2xl lg:border-l"
          >
            <div className="flex min-h-12 items-center gap-2 border-b border-line px-4 sm:px-5">
              <IconButton icon={ArrowLeft} label="All jobs" className="-ml-2 lg:hidden" onClick={close} />
              <h2 className="min-w-0 flex-1 truncate text-lg font-semibold">
                <JobTitle id={job} />
              </h2>
              <IconButton icon={X} label="Close" className="-mr-2 max-lg:hidden" onClick={close} />
            </div>
            <div className="min-h-0 flex-1 overflow-y-auto">
              <JobDetail
                key={job}
                id={job}
                hrefOf={hrefOf}
                onOpen={(id) => void setView({ job: id }, { history: 'push' })}
              />
            </div>
          </aside>
        )}
      </div>
    </>
  )
}

function JailSelect({ value, onChange }: { value: string | null; onChange: (id: string | null) => void }) {
  const jails = useAllJails()
  const options = jails
    .map(({ id, tag }) => ({ value: id, label: tag }))
    .toSorted((a, b) => a.label.localeCompare(b.label, 'en', { numeric: true }))
  const isGone = value !== null && !jails.some(({ id }) => id === value)
  return (
    <Select
      aria-label="Jail"
      className="w-40 max-sm:w-auto max-sm:flex-1"
      value={value ?? ''}
      onChange={(id) => onChange(id === '' ? null : id)}
      options={[
        { value: '', label: 'Every jail' },
        ...(isGone ? [{ value, label: `${value.slice(value.indexOf(':') + 1)} (gone)` }] : []),
        ...options,
      ]}
    />
  )
}

function JobTitle({ id }: { id: string }) {
  return useJobDetail(id).job?.title ?? 'Job'
}
