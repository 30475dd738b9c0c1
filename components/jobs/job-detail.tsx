'use client'

import Link from 'next/link'
import type { Job } from '@/lib/job.ts'
import { isActive, shellLine } from '@/lib/job.ts'
import { JailLink } from '../jails/jail-link.tsx'
import { useJobDetail } from '../live/use-job-detail.ts'
import { CommandBlock } from '../ui/command-line.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Fact, Facts, Note } from '../ui/panel.tsx'
import { Progress } from '../ui/progress.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { AgainButton, CancelButton } from './job-actions.tsx'
import { JobFailure } from './job-failure.tsx'
import { JobOutput } from './job-output.tsx'
import { JobStateWord } from './job-state.tsx'
import { JobTable, JobTime } from './job-table.tsx'
import { useWatchJob } from './watched-jobs.ts'

interface JobDetailProps {
  id: string
  /** Address of another job: a part of this one, the whole, or the one that does it again. */
  hrefOf: (id: string) => string
  onOpen: (id: string) => void
}

/** All about one job: state, who and when, why it failed, its commands, its parts, its output. */
export function JobDetail({ id, hrefOf, onOpen }: JobDetailProps) {
  const { job, children, error, isPending } = useJobDetail(id)
  useWatchJob(job?.id, job !== undefined && !isActive(job))
  if (job === undefined && isPending) return <SkeletonRows rows={6} />
  if (job === undefined)
    return (
      <EmptyState title="No such job">
        {error?.message ?? 'It may have been removed by age: jobs are kept for 90 days.'}
      </EmptyState>
    )
  const isBulk = job.kind === 'bulk'
  return (
    <div className="space-y-5 px-4 py-4 sm:px-5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <JobStateWord state={job.state} />
        {job.state === 'running' && <Progress label={job.title} value={job.progress} className="max-w-48 flex-1" />}
        <span className="flex-1" />
        <CancelButton job={job} />
        <AgainButton job={job} parts={children} onAgain={(next) => onOpen(next.id)} />
      </div>
      <JobFailure job={job} />
      <JobFacts job={job} hrefOf={hrefOf} />
      {job.commands.length > 0 && <CommandBlock lines={job.commands.map(shellLine)} />}
      {isBulk && children.length > 0 && (
        <section aria-label="Parts">
          <h3 className="pb-1 font-medium">{children.length} parts</h3>
          <div className="overflow-hidden rounded-md border border-line [&_tr:last-child]:border-b-0">
            <JobTable jobs={children} hrefOf={(child) => hrefOf(child.id)} />
          </div>
        </section>
      )}
      {!isBulk && <JobOutput jobId={job.id} />}
      {error !== null && <Note tone="bad">{error.message}</Note>}
    </div>
  )
}

function JobFacts({ job, hrefOf }: { job: Job; hrefOf: (id: string) => string }) {
  const { jailId, target, actor, createdAt, startedAt, endedAt, exitCode, parentId, id } = job
  return (
    <Facts>
      <Fact name="About">{jailId === null ? target : <JailLink id={jailId} />}</Fact>
      <Fact name="Asked by">{actor}</Fact>
      <Fact name="Asked">
        <RelativeTime at={createdAt} />
      </Fact>
      {startedAt !== null && (
        <Fact name={endedAt === null ? 'Runs for' : 'Took'}>
          <JobTime job={job} />
        </Fact>
      )}
      {endedAt !== null && (
        <Fact name="Ended">
          <RelativeTime at={endedAt} />
        </Fact>
      )}
      {!isActive(job) && exitCode !== null && (
        <Fact name="Exit code" mono>
          {exitCode}
        </Fact>
      )}
      {parentId !== null && (
        <Fact name="Part of">
          <Link href={hrefOf(parentId)} scroll={false} className="text-accent-text hover:underline">
            the whole action
          </Link>
        </Fact>
      )}
      <Fact name="Id" mono>
        {id}
      </Fact>
    </Facts>
  )
}
