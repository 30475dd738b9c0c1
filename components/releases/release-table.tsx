'use client'

import { Download } from 'lucide-react'
import type { Release } from '@/lib/host.ts'
import type { Job } from '@/lib/job.ts'
import { jobPath } from '@/lib/paths.ts'
import { formatBytes } from '@/lib/sizes.ts'
import { visibleText } from '@/lib/visible-text.ts'
import { CreateFromLink } from '../create-jails/create-from-link.tsx'
import { JailNames } from '../jails/jail-names.tsx'
import { CancelButton } from '../jobs/job-actions.tsx'
import { JobFailure } from '../jobs/job-failure.tsx'
import { progressWords } from '../jobs/job-words.ts'
import { useWatchJob } from '../jobs/watched-jobs.ts'
import { Button, ButtonLink } from '../ui/button.tsx'
import { cn } from '../ui/cn.ts'
import { Progress } from '../ui/progress.tsx'
import { dayText, EndOfLifeBadge } from './end-of-life-badge.tsx'
import type { ReleaseRow } from './release-rows.ts'

interface ReleaseTableProps {
  rows: readonly ReleaseRow[]
  fetchRefusal: string | undefined
  onFetch: (name: string, endOfLifePassed: boolean) => void
}

const head = 'px-3 py-2 text-left text-xs font-medium whitespace-nowrap text-text-second'
const cell = 'px-3 py-2 align-middle @max-3xl:p-0'

/** Releases with what each is for now: making jails, fetching, or waiting for a fetch to end. */
export function ReleaseTable({ rows, fetchRefusal, onFetch }: ReleaseTableProps) {
  const isHere = rows.some(({ release }) => release.fetched)
  return (
    <div className="@container">
      <table className="w-full border-collapse @max-3xl:block">
        <thead className="border-b border-line @max-3xl:hidden">
          <tr>
            <th className={cn(head, 'w-56 pl-4')}>Release</th>
            <th className={cn(head, 'w-48')}>End of life</th>
            {isHere && <th className={cn(head, 'w-24 text-right')}>Size</th>}
            <th className={head}>{isHere ? 'Used by' : <span className="sr-only">Fetch</span>}</th>
            <th className={cn(head, 'w-40 pr-4')}>
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody className="@max-3xl:block">
          {rows.map((row) => (
            <ReleaseLine key={row.release.name} row={row} fetchRefusal={fetchRefusal} onFetch={onFetch} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface ReleaseLineProps extends Omit<ReleaseTableProps, 'rows'> {
  row: ReleaseRow
}

function ReleaseLine({ row: { release, fetching, ended }, fetchRefusal, onFetch }: ReleaseLineProps) {
  const { name, patch, fetched, endOfLife, endOfLifePassed, sizeBytes } = release
  const failed = ended !== undefined && ended.failure !== null ? ended : undefined
  return (
    <>
      <tr
        className={cn(
          '@max-3xl:flex @max-3xl:flex-wrap @max-3xl:items-center @max-3xl:gap-x-4 @max-3xl:gap-y-1 @max-3xl:px-4 @max-3xl:py-2.5',
          failed === undefined && 'border-b border-line last:border-b-0',
        )}
      >
        <td className={cn(cell, 'pl-4 font-mono text-xs @max-3xl:order-1 @max-3xl:flex-1')}>
          <span className="text-[13px] font-semibold">{name}</span>
          {patch !== null && patch !== name && <span className="block text-text-second">{patch}</span>}
        </td>
        <td className={cn(cell, '@max-3xl:order-3 @max-3xl:w-full')}>
          <span className="flex flex-wrap items-center gap-x-2">
            <span className="text-text-second">{endOfLife === null ? '-' : dayText(endOfLife)}</span>
            <EndOfLifeBadge release={name} />
          </span>
        </td>
        {fetched && (
          <td className={cn(cell, 'text-right font-mono text-xs whitespace-nowrap @max-3xl:order-4')}>
            {sizeBytes === null ? '-' : formatBytes(sizeBytes)}
          </td>
        )}
        <td
          className={cn(
            cell,
            '@max-3xl:order-5 @max-3xl:flex-1',
            !fetched && fetching === undefined && '@max-3xl:hidden',
          )}
        >
          {fetched && <JailNames ids={release.usedBy} />}
          {fetching !== undefined && <FetchProgress job={fetching} />}
        </td>
        <td className={cn(cell, 'pr-4 text-right @max-3xl:order-2')}>
          {fetched ? (
            <CreateFromLink query={`release=${encodeURIComponent(name)}`} label={`Create a jail from ${name}`} />
          ) : fetching !== undefined ? (
            <CancelButton job={fetching} />
          ) : (
            <Button
              size="sm"
              icon={Download}
              aria-label={`Fetch ${name}`}
              disabledReason={fetchRefusal}
              onClick={() => onFetch(name, endOfLifePassed)}
            >
              {ended === undefined ? 'Fetch' : 'Fetch again'}
            </Button>
          )}
        </td>
      </tr>
      {failed !== undefined && <FailedFetch job={failed} release={release} />}
    </>
  )
}

function FailedFetch({ job, release }: { job: Job; release: Release }) {
  useWatchJob(job.id, true)
  return (
    <tr className="border-b border-line last:border-b-0 @max-3xl:block">
      <td colSpan={release.fetched ? 5 : 4} className="px-4 pb-3 @max-3xl:block">
        <JobFailure
          job={job}
          actions={
            <ButtonLink size="sm" href={jobPath(job.id)}>
              Output
            </ButtonLink>
          }
        />
      </td>
    </tr>
  )
}

/** How far a fetch is. Whoever sees this needs no notice of its end. */
export function FetchProgress({ job }: { job: Job }) {
  useWatchJob(job.id, false)
  return (
    <span className="flex max-w-md items-center gap-3">
      <Progress label={job.title} value={job.state === 'waiting' ? 0 : job.progress} className="min-w-24 flex-1" />
      <span className="w-10 text-right text-xs text-text-second">
        {job.progress === null ? '' : `${Math.round(job.progress * 100)}%`}
      </span>
      <span className="min-w-0 flex-1 truncate text-xs text-text-second">
        {job.state === 'waiting' ? 'waiting' : visibleText(progressWords(job.lastLine))}
      </span>
    </span>
  )
}
