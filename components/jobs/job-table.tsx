'use client'

import Link from 'next/link'
import type { Job } from '@/lib/job.ts'
import { isActive, shellLine } from '@/lib/job.ts'
import { jobPath } from '@/lib/paths.ts'
import { visibleText } from '@/lib/visible-text.ts'
import { cn } from '../ui/cn.ts'
import { Progress } from '../ui/progress.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { JobStateWord } from './job-state.tsx'
import { jobDuration, progressWords } from './job-words.ts'
import { useSecond } from '../ui/use-second.ts'

interface JobTableProps {
  jobs: readonly Job[]
  /** The one that is open beside the table. */
  chosen?: string | null
  /** Where a row leads; the page of jobs by default. */
  hrefOf?: (job: Job) => string
}

const head = 'px-3 py-2 text-left text-xs font-medium text-text-second'
const cell = 'px-3 py-2 align-top'

/** Jobs as a table; in a narrow place as a list of two lines each. */
export function JobTable({ jobs, chosen, hrefOf = ({ id }) => jobPath(id) }: JobTableProps) {
  return (
    <div className="@container">
      <table className="w-full border-collapse @max-2xl:block">
        <thead className="border-b border-line @max-2xl:hidden">
          <tr>
            <th className={cn(head, 'w-28 pl-5')}>State</th>
            <th className={head}>Job</th>
            <th className={cn(head, 'w-24')}>Who</th>
            <th className={cn(head, 'w-32')}>When</th>
            <th className={cn(head, 'w-24 pr-5 text-right')}>Time</th>
          </tr>
        </thead>
        <tbody className="@max-2xl:block">
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} chosen={job.id === chosen} href={hrefOf(job)} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function JobRow({ job, chosen, href }: { job: Job; chosen: boolean; href: string }) {
  const { state, title, actor, createdAt, progress, lastLine, failure, commands } = job
  const runs = state === 'running'
  const below = runs ? progressWords(lastLine) : (failure?.message ?? commands.map(shellLine).join('; '))
  return (
    <tr
      aria-current={chosen || undefined}
      className={cn(
        'relative border-b border-line @max-2xl:flex @max-2xl:flex-wrap @max-2xl:items-center @max-2xl:px-4 @max-2xl:py-2',
        chosen ? 'bg-accent-soft' : 'hover:bg-bg',
      )}
    >
      <td className={cn(cell, 'pl-5 @max-2xl:order-2 @max-2xl:p-0')}>
        <JobStateWord state={state} />
      </td>
      <td className={cn(cell, 'max-w-0 @max-2xl:order-1 @max-2xl:w-full @max-2xl:max-w-full @max-2xl:p-0')}>
        {/* The whole row is the link's target; the text stays what it is named for. */}
        <Link
          href={href}
          scroll={false}
          data-row
          className="block truncate font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-offset-[-2px] focus-visible:after:outline-accent"
        >
          {title}
        </Link>
        {below !== '' && (
          <span
            className={cn(
              'block truncate text-xs',
              failure !== null && !runs ? 'text-bad-text' : 'text-text-second',
              failure === null && !runs && 'font-mono',
            )}
          >
            {visibleText(below)}
          </span>
        )}
        {runs && <Progress label={title} value={progress} className="mt-1.5 max-w-60" />}
      </td>
      <td className={cn(cell, 'text-text-second @max-2xl:order-4 @max-2xl:p-0 @max-2xl:pl-3')}>{actor}</td>
      <td className={cn(cell, 'whitespace-nowrap text-text-second @max-2xl:order-3 @max-2xl:p-0 @max-2xl:pl-3')}>
        <RelativeTime at={createdAt} />
      </td>
      <td
        className={cn(
          cell,
          'pr-5 text-right whitespace-nowrap text-text-second tabular-nums @max-2xl:order-5 @max-2xl:ml-auto @max-2xl:p-0',
        )}
      >
        <JobTime job={job} />
      </td>
    </tr>
  )
}

/** How long a job took, or takes so far. */
export function JobTime({ job }: { job: Job }) {
  const now = useSecond(isActive(job))
  return jobDuration(job, now) ?? '-'
}
