'use client'

import { useRouter } from 'next/navigation'
import type { ReactNode } from 'react'
import { useEffect, useState } from 'react'
import type { WireError } from '@/lib/errors.ts'
import type { Jail } from '@/lib/jail.ts'
import type { Job } from '@/lib/job.ts'
import { isActive } from '@/lib/job.ts'
import { jailPath } from '@/lib/paths.ts'
import { JobOutput } from '../jobs/job-output.tsx'
import { JobStateWord } from '../jobs/job-state.tsx'
import { jobDuration } from '../jobs/job-words.ts'
import { useJobDetail } from '../live/use-job-detail.ts'
import { useJails, useJobs } from '../live/use-live-data.ts'
import { Button, ButtonLink } from '../ui/button.tsx'
import { cn } from '../ui/cn.ts'
import { formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'
import { Progress } from '../ui/progress.tsx'
import { useNow } from '../ui/relative-time.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

interface CreateProgressProps {
  jobId: string
  /** Goes on to the new jails by itself when all went well. */
  leadsOn: boolean
  refusal: string | undefined
  /** Another try was asked for. */
  pending: boolean
  error: WireError | undefined
  onRetry: (tags: readonly string[]) => void
  onChange: (tags: readonly string[]) => void
}

/** One new jail with its job; `jail` when it is on the host. */
interface Part {
  job: Job
  jail: Jail | undefined
}

/** What comes of the new jails, live, and the way on: to them, or to another try. */
export function CreateProgress(props: CreateProgressProps) {
  const { jobId, leadsOn, onChange } = props
  const { job, children, error } = useJobDetail(jobId)
  const jobs = useJobs()
  const jails = useJails()
  const router = useRouter()
  const parts = (children.length > 0 ? children : job === undefined || job.kind === 'bulk' ? [] : [job]).map(
    (known): Part => {
      const live = jobs.find(({ id }) => id === known.id) ?? known
      return { job: live, jail: jails.find(({ tag }) => tag === live.target) }
    },
  )
  const made = parts.flatMap(({ jail }) => jail ?? [])
  const isDone = job?.state === 'succeeded' && parts.length > 0 && made.length === parts.length
  const next = made.length === 1 && made[0] !== undefined ? jailPath(made[0].id) : '/jails'
  useEffect(() => {
    if (isDone && leadsOn) router.replace(next)
  }, [isDone, leadsOn, next, router])

  if (job === undefined)
    return error === null ? (
      <Skeleton className="h-40" />
    ) : (
      <Note
        tone="bad"
        actions={
          <Button size="sm" onClick={() => onChange([])}>
            Begin again
          </Button>
        }
      >
        {error.message}
      </Note>
    )
  return (
    <div className="space-y-5">
      <div>
        <h2 className="text-lg font-semibold">{headOf(job, parts)}</h2>
        <p className="pt-0.5 text-text-second">{textOf(job, parts)}</p>
      </div>
      {isActive(job) && <Progress label={job.title} value={job.progress} />}
      <Parts parts={parts}>{!isActive(job) && <End {...props} job={job} parts={parts} next={next} />}</Parts>
    </div>
  )
}

function headOf(job: Job, parts: readonly Part[]): string {
  const what = parts.length > 1 ? `${parts.length} jails` : job.target
  if (isActive(job)) return job.state === 'waiting' ? `${what}: waiting for its turn` : `Creating ${what}`
  if (job.state === 'succeeded') return parts.length > 1 ? `${what} are there` : `${what} is there`
  const failed = parts.filter((part) => part.job.state !== 'succeeded')
  if (parts.length > 1) return `${failed.length} of ${parts.length} did not come about`
  return parts[0]?.jail === undefined ? `${what} was not made` : `${what} was made, but something is amiss`
}

function textOf(job: Job, parts: readonly Part[]): string {
  if (isActive(job)) return 'It goes on without this page: leave it, and find it again under Jobs.'
  if (job.state === 'succeeded') return 'Everything was done as asked.'
  // Nobody cleaned up after it: only the host can tell.
  if (parts.some((part) => part.job.state === 'interrupted')) return 'The table of jails shows what became of it.'
  const missing = parts.filter(({ jail }) => jail === undefined)
  if (missing.length === 0)
    return parts.length > 1 ? 'All of them are on the host.' : 'It is on the host and stays there.'
  if (missing.length < parts.length) return 'Of those that were not made nothing is left on the host; the others stay.'
  return `Nothing of ${parts.length > 1 ? 'them' : 'it'} is left on the host.`
}

/** Bad ends by what is said about them: many jails mostly fail for one reason. */
function failuresOf(parts: readonly Part[]): { message: string; hint: string | undefined; of: Part[] }[] {
  const found = new Map<string, { message: string; hint: string | undefined; of: Part[] }>()
  for (const part of parts) {
    const { failure, target, state } = part.job
    if (state === 'succeeded') continue
    const message = failure?.message ?? `${target} was not made.`
    const known = found.get(message)
    if (known === undefined) found.set(message, { message, hint: failure?.hint, of: [part] })
    else known.of.push(part)
  }
  return [...found.values()]
}

/** The jobs, one a jail; the chosen one shows its output. Between both stands what came of them. */
function Parts({ parts, children }: { parts: readonly Part[]; children: ReactNode }) {
  const [chosen, setChosen] = useState<string>()
  const nowMs = useNow()
  const shown =
    parts.find(({ job }) => job.id === chosen) ??
    parts.find(({ job }) => job.state === 'failed' || job.state === 'timed_out') ??
    parts.find(({ job }) => job.state === 'running') ??
    parts.findLast(({ job }) => !isActive(job)) ??
    parts[0]
  if (shown === undefined) return <Skeleton className="h-24" />
  return (
    <>
      {parts.length > 1 && (
        <ul aria-label="New jails" className="divide-y divide-line overflow-hidden rounded-md border border-line">
          {parts.map(({ job }) => (
            <li key={job.id}>
              <button
                type="button"
                aria-pressed={job.id === shown.job.id}
                onClick={() => setChosen(job.id)}
                className={cn(
                  'flex min-h-9 w-full flex-wrap items-center gap-x-4 gap-y-0.5 px-3 py-1.5 text-left hover:bg-raised focus-visible:outline-offset-[-2px]',
                  job.id === shown.job.id && 'bg-accent-soft',
                )}
              >
                <span className="w-36 truncate font-medium">{job.target}</span>
                <span className="w-28">
                  <JobStateWord state={job.state} />
                </span>
                <span className="min-w-40 flex-1 truncate text-text-second">
                  {job.failure?.message ?? job.lastLine}
                </span>
                <span className="text-xs text-text-second">{jobDuration(job, nowMs)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {children}
      <JobOutput key={shown.job.id} jobId={shown.job.id} />
    </>
  )
}

function End({
  job,
  parts,
  next,
  refusal,
  pending,
  error,
  onRetry,
  onChange,
}: CreateProgressProps & { job: Job; parts: readonly Part[]; next: string }) {
  const made = parts.filter(({ jail }) => jail !== undefined)
  const missing = parts.filter((part) => part.jail === undefined).map((part) => part.job.target)
  const failures = failuresOf(parts)
  const said = error?.message === undefined ? undefined : (formError(error) ?? error.message)
  return (
    <div className="space-y-4">
      {failures.slice(0, 4).map(({ message, hint, of }) => (
        <Note
          key={message}
          tone="bad"
          actions={of.map(({ job: { id, target }, jail }) =>
            jail === undefined || of.length > 1 ? null : (
              <ButtonLink key={id} size="sm" href={jailPath(jail.id)}>
                To {target}
              </ButtonLink>
            ),
          )}
        >
          <p className="font-medium">
            {parts.length > 1 && `${of.map((part) => part.job.target).join(', ')}: `}
            {message}
          </p>
          {hint !== undefined && <p>{hint}</p>}
        </Note>
      ))}
      {failures.length > 4 && (
        <p className="text-text-second">and {failures.length - 4} more reasons; choose one above to see its output.</p>
      )}
      {said !== undefined && <Note tone="bad">{said}</Note>}
      <div className="flex flex-wrap gap-2.5">
        {missing.length > 0 && (
          <>
            <Button variant="primary" disabledReason={refusal} pending={pending} onClick={() => onRetry(missing)}>
              {missing.length === parts.length ? 'Try again' : `Try the ${missing.length} again`}
            </Button>
            <Button onClick={() => onChange(missing)}>Change and try again</Button>
          </>
        )}
        {made.length > 0 && (
          <ButtonLink href={next} variant={missing.length === 0 ? 'primary' : 'secondary'}>
            {made.length === 1 ? `To ${made[0]?.job.target}` : 'To the jails'}
          </ButtonLink>
        )}
        {job.state === 'succeeded' && <Button onClick={() => onChange([])}>Create more</Button>}
      </div>
    </div>
  )
}
