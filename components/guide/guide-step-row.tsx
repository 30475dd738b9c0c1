'use client'

import { useQueries } from '@tanstack/react-query'
import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Job } from '@/lib/job.ts'
import { isActive, shellLine } from '@/lib/job.ts'
import { jobPath } from '@/lib/paths.ts'
import { visibleText } from '@/lib/visible-text.ts'
import { CancelButton } from '../jobs/job-actions.tsx'
import { JobFailure } from '../jobs/job-failure.tsx'
import { progressWords } from '../jobs/job-words.ts'
import { readQuery } from '../live/read-query.ts'
import { useRefusal } from '../live/use-rights.ts'
import { Button, ButtonLink } from '../ui/button.tsx'
import { cn } from '../ui/cn.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { Note } from '../ui/panel.tsx'
import { Progress } from '../ui/progress.tsx'
import type { GuideStep } from './guide-steps.ts'
import { useRunChanges } from './use-run-changes.ts'

interface GuideStepRowProps {
  step: GuideStep
  /** Its number in the list, from 1. */
  number: number
  /** The first that is not done. */
  isNext: boolean
  /** The job that tells how it stands. */
  job: Job | undefined
  /** Where a click leads that does nothing by itself. */
  href?: string | undefined
  /** What else is said about it, or chosen in it. */
  children?: ReactNode
}

/** One step: tick or number, what it is, its commands, its button, and how it goes. */
export function GuideStepRow({ step, number, isNext, job, href, children }: GuideStepRowProps) {
  const { id, title, done, because, changes, blocked } = step
  const { run, pending, refused } = useRunChanges(id)
  const refusalOf = useRefusal()
  const refusal = step.needs.map(refusalOf).find((reason) => reason !== undefined) ?? blocked
  const isRunning = job !== undefined && isActive(job)
  const failure = !done && !isRunning && !pending ? job?.failure : undefined
  const commands = useCommands(step, isNext && blocked === undefined)
  return (
    <li
      aria-current={isNext ? 'step' : undefined}
      aria-label={`${number}. ${title}${done ? ', done' : ''}`}
      className={cn('flex gap-3.5 px-4 py-3.5', isNext && 'bg-accent-soft')}
    >
      <span
        aria-hidden
        className={cn(
          'mt-px flex size-[22px] shrink-0 items-center justify-center rounded-sm text-xs font-medium',
          done
            ? 'bg-up text-on-accent'
            : isNext
              ? 'bg-accent text-on-accent'
              : 'border border-control text-text-second',
        )}
      >
        {done ? <Check size={13} strokeWidth={3} /> : number}
      </span>
      <div className="min-w-0 flex-1 space-y-1">
        <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
          <div className="min-w-48 flex-1">
            <h2 className={cn('font-medium', done && 'text-text-second')}>{title}</h2>
            <Commands lines={commands} />
          </div>
          {!done &&
            (isRunning ? (
              <CancelButton job={job} size="md" />
            ) : href !== undefined && refusal === undefined ? (
              <ButtonLink href={href} variant={isNext ? 'primary' : 'secondary'}>
                Open console
              </ButtonLink>
            ) : (
              <Button
                variant={isNext && refusal === undefined ? 'primary' : 'secondary'}
                disabledReason={refusal}
                pending={pending}
                onClick={() => run(changes)}
                aria-label={`${failure ? 'Try again' : id === 'console' ? 'Open console' : 'Do it'}: ${title}`}
              >
                {failure ? 'Try again' : id === 'console' ? 'Open console' : 'Do it'}
              </Button>
            ))}
        </div>
        {done && because !== undefined && <p className="text-text-second">{because}</p>}
        {!done && !isRunning && children}
        {isRunning && (
          <div className="space-y-1.5 pt-0.5" aria-live="polite">
            <p className="text-text-second">
              {job.state === 'waiting' ? 'Waiting for its turn' : job.title}
              {job.lastLine === '' ? ' …' : `: ${visibleText(progressWords(job.lastLine))}`}
            </p>
            <Progress label={job.title} value={job.progress} className="max-w-96" />
          </div>
        )}
        {refused !== undefined && !done && <Note tone="bad">{refused}</Note>}
        {failure && job !== undefined && (
          <JobFailure
            job={job}
            actions={
              <ButtonLink size="sm" href={jobPath(job.id)}>
                Output
              </ButtonLink>
            }
          />
        )}
      </div>
    </li>
  )
}

/** What the service says that it will run, where the step can be done now; before that, what one would type. */
function useCommands({ commands, changes }: GuideStep, isNow: boolean): readonly string[] {
  const previews = useQueries({
    queries: isNow ? changes.map((change) => ({ ...readQuery('change.preview', change), retry: false })) : [],
  })
  const lines = previews.flatMap(({ data }) => data?.groups.flatMap((group) => group.commands.map(shellLine)) ?? [])
  return previews.length > 0 && previews.every(({ data }) => data !== undefined) ? lines : commands
}

function Commands({ lines }: { lines: readonly string[] }) {
  return (
    <div className="flex items-start gap-1">
      <code className="min-w-0 font-mono text-xs leading-5 text-text-second">
        {lines.map((line) => (
          <span key={line} className="block [overflow-wrap:anywhere]">
            {line}
          </span>
        ))}
      </code>
      <span className="-my-[5px] max-sm:-my-2.5">
        <CopyButton text={lines.join('\n')} label={lines.length > 1 ? 'Copy the commands' : 'Copy the command'} />
      </span>
    </div>
  )
}
