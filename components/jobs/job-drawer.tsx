'use client'

import { ExternalLink, X } from 'lucide-react'
import { useEffect, useEffectEvent, useRef } from 'react'
import { isActive, type Job } from '@/lib/job.ts'
import { jobPath } from '@/lib/paths.ts'
import { useJobDetail } from '../live/use-job-detail.ts'
import { useJobs } from '../live/use-live-data.ts'
import { ButtonLink, IconButton } from '../ui/button.tsx'
import { cn } from '../ui/cn.ts'
import { Note } from '../ui/panel.tsx'
import { Progress } from '../ui/progress.tsx'
import { AgainButton, CancelButton } from './job-actions.tsx'
import { JobFailure } from './job-failure.tsx'
import { JobOutput } from './job-output.tsx'
import { JobCell, JobStateWord } from './job-state.tsx'
import { JobTable } from './job-table.tsx'
import { useWatchJob } from './watched-jobs.ts'

/** So many of the latest jobs can be changed to in the drawer; the page of jobs has all. */
const LISTED = 30

interface JobDrawerProps {
  jobId: string
  onJob: (id: string) => void
  onClose: () => void
}

/** Above the strip: one job's output as it comes, and the other late ones beside it. The page stays usable. */
export function JobDrawer({ jobId, onJob, onClose }: JobDrawerProps) {
  const drawer = useRef<HTMLElement>(null)
  useEffect(() => drawer.current?.focus(), [])
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const { target } = event
    const isInDrawer = target === document.body || (target instanceof Node && drawer.current?.contains(target) === true)
    if (event.key !== 'Escape' || !isInDrawer) return
    event.stopPropagation() // the page below keeps what it has open
    onClose()
  })
  useEffect(() => {
    // On the window: a button that was pressed may be gone by now, and the focus with it.
    window.addEventListener('keydown', onKey, { capture: true })
    return () => window.removeEventListener('keydown', onKey, { capture: true })
  }, [])
  return (
    <section
      ref={drawer}
      tabIndex={-1}
      aria-label="Job drawer"
      className="flex h-[min(400px,52dvh)] shrink-0 border-t border-line bg-bg transition-transform duration-150 focus-visible:outline-none max-sm:h-[64dvh] starting:translate-y-4"
    >
      <LateJobs chosen={jobId} onJob={onJob} />
      <OneJob key={jobId} id={jobId} onJob={onJob} onClose={onClose} />
    </section>
  )
}

function OneJob({ id, onJob, onClose }: { id: string; onJob: (id: string) => void; onClose: () => void }) {
  const { job, children, error } = useJobDetail(id)
  useWatchJob(job?.id, job !== undefined && !isActive(job))
  return (
    <div className="relative flex min-w-0 flex-1 flex-col gap-3 px-4 py-3">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h2 className="min-w-0 truncate font-semibold max-sm:w-[calc(100%-56px)]">{job?.title ?? 'Job'}</h2>
        {job !== undefined && <JobStateWord state={job.state} />}
        {job?.state === 'running' && <Progress label={job.title} value={job.progress} className="max-w-40" />}
        <span className="flex-1 max-sm:hidden" />
        {job !== undefined && (
          <>
            <CancelButton job={job} />
            <AgainButton job={job} parts={children} onAgain={(next) => onJob(next.id)} />
          </>
        )}
        <ButtonLink size="sm" variant="ghost" icon={ExternalLink} href={jobPath(id)} onClick={onClose}>
          Open page
        </ButtonLink>
        <IconButton
          icon={X}
          label="Close"
          className="max-sm:absolute max-sm:top-1.5 max-sm:right-2"
          onClick={onClose}
        />
      </header>
      {job !== undefined && <JobFailure job={job} />}
      {error !== null && job === undefined && <Note tone="bad">{error.message}</Note>}
      {job?.kind === 'bulk' ? (
        <div className="min-h-0 flex-1 overflow-y-auto rounded-md border border-line bg-surface">
          <JobTable jobs={children} />
        </div>
      ) : (
        <JobOutput jobId={id} fill />
      )}
    </div>
  )
}

const latestFirst = (a: Job, b: Job) =>
  Number(isActive(b)) - Number(isActive(a)) || b.createdAt.localeCompare(a.createdAt)

function LateJobs({ chosen, onJob }: { chosen: string; onJob: (id: string) => void }) {
  const jobs = useJobs()
    .filter(({ parentId }) => parentId === null)
    .toSorted(latestFirst)
    .slice(0, LISTED)
  return (
    <nav
      aria-label="Late jobs"
      className="w-60 shrink-0 overflow-y-auto border-r border-line bg-sunken p-1.5 max-md:hidden"
    >
      {jobs.map(({ id, title, state }) => (
        <button
          key={id}
          type="button"
          aria-current={id === chosen || undefined}
          onClick={() => onJob(id)}
          className={cn(
            'flex h-8 w-full items-center gap-2.5 rounded-md border px-2 text-left',
            id === chosen ? 'border-line bg-surface text-text' : 'border-transparent text-text-second hover:bg-raised',
          )}
        >
          <JobCell state={state} />
          <span className="min-w-0 flex-1 truncate">{title}</span>
        </button>
      ))}
    </nav>
  )
}
