'use client'

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Film, SlidersHorizontal } from 'lucide-react'
import { parseAsString, useQueryStates } from 'nuqs'
import { useDeferredValue, useState } from 'react'
import { holderRefusal } from '@/lib/capabilities.ts'
import { formatBytes } from '@/lib/sizes.ts'
import { callRead, readKey, ReadError } from '../live/read-query.ts'
import { useJails } from '../live/use-live-data.ts'
import { useActor, useCan } from '../live/use-rights.ts'
import { Button } from '../ui/button.tsx'
import { DayRange } from '../ui/day-range.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Select, TextInput } from '../ui/field.tsx'
import { FilterInput } from '../ui/filter-input.tsx'
import { LoadMore } from '../ui/load-more.tsx'
import { PageBody, PageHeader } from '../ui/page-header.tsx'
import { Note } from '../ui/panel.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { RecordingPolicyDialog } from './recording-policy-dialog.tsx'
import { RecordingTable } from './recording-table.tsx'

/** Consoles that were recorded: found by jail, user, day and words, and played. */
export function RecordingsPage() {
  const refusal = holderRefusal(useActor(), 'recording:read')
  if (refusal === undefined) return <RecordingList />
  return (
    <>
      <PageHeader title="Recordings" />
      <EmptyState icon={Film} title="For admins">
        {refusal}
      </EmptyState>
    </>
  )
}

const text = parseAsString.withDefault('')
/** A day as the browser's date field gives it, as the moment at which it begins here. */
const dayStart = (day: string, later = 0): string | undefined => {
  const [year, month, date] = day.split('-').map(Number)
  if (year === undefined || month === undefined || date === undefined) return undefined
  const moment = new Date(year, month - 1, date + later)
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString()
}

function RecordingList() {
  const [filter, setFilter] = useQueryStates(
    { search: text, jail: text, user: text, from: text, to: text },
    { history: 'replace', throttleMs: 200 },
  )
  const [policyShown, setPolicyShown] = useState(false)
  const cannotManage = useCan('recording:manage')
  const jails = useJails().toSorted((a, b) => a.tag.localeCompare(b.tag))
  const { search, jail, user, from, to } = useDeferredValue(filter)
  const begin = dayStart(from)
  const end = dayStart(to, 1)
  const asked = {
    ...(search === '' ? {} : { search }),
    ...(jail === '' ? {} : { jailId: jail }),
    ...(user === '' ? {} : { userName: user }),
    ...(begin === undefined ? {} : { from: begin }),
    ...(end === undefined ? {} : { to: end }),
  }
  const query = useInfiniteQuery({
    queryKey: readKey('recording.list', asked),
    queryFn: ({ pageParam, signal }) =>
      callRead('recording.list', { ...asked, ...(pageParam === '' ? {} : { before: pageParam }) }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => (page.more ? page.recordings.at(-1)?.id : undefined),
    placeholderData: keepPreviousData,
  })
  const recordings = query.data?.pages.flatMap((page) => page.recordings) ?? []
  const total = query.data?.pages[0]?.totalBytes ?? 0
  const filtered = Object.keys(asked).length > 0
  const set = (key: keyof typeof filter) => (value: string) => void setFilter({ [key]: value === '' ? null : value })
  return (
    <>
      <PageHeader
        title="Recordings"
        beside={total > 0 && <span className="text-text-second">{formatBytes(total)} kept</span>}
        actions={
          <Button icon={SlidersHorizontal} disabledReason={cannotManage} onClick={() => setPolicyShown(true)}>
            Policy
          </Button>
        }
      >
        <div className="flex flex-wrap gap-2.5 px-4 pb-3 sm:px-5">
          <FilterInput
            label="Search recordings"
            placeholder="tag, user, reason …"
            className="min-w-48"
            value={filter.search}
            onChange={set('search')}
          />
          <Select
            aria-label="Jail"
            className="w-40 shrink-0"
            value={filter.jail}
            onChange={set('jail')}
            options={[{ value: '', label: 'Every jail' }, ...jails.map(({ id, tag }) => ({ value: id, label: tag }))]}
          />
          <TextInput
            aria-label="User"
            placeholder="user"
            className="w-28 shrink-0"
            value={filter.user}
            onChange={(event) => set('user')(event.target.value)}
          />
          <DayRange from={filter.from} to={filter.to} onFrom={set('from')} onTo={set('to')} />
        </div>
      </PageHeader>
      <PageBody padded={false}>
        {query.error instanceof ReadError && (
          <div className="p-4">
            <Note tone="bad">{query.error.message}</Note>
          </div>
        )}
        {query.isPending && <SkeletonRows rows={10} />}
        {query.isSuccess && recordings.length === 0 && (
          <EmptyState
            icon={Film}
            title={filtered ? 'Nothing matches' : 'Nothing was recorded'}
            actions={
              !filtered && (
                <Button disabledReason={cannotManage} onClick={() => setPolicyShown(true)}>
                  Decide what is recorded
                </Button>
              )
            }
          >
            {filtered
              ? 'No recording has what you look for.'
              : 'What consoles show can be recorded: all of them, those of a role, or of single jails. What is typed is not.'}
          </EmptyState>
        )}
        {recordings.length > 0 && <RecordingTable recordings={recordings} />}
        <LoadMore query={query} label="Older recordings" />
      </PageBody>
      <RecordingPolicyDialog open={policyShown} onOpenChange={setPolicyShown} />
    </>
  )
}
