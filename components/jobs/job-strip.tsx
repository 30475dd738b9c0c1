'use client'

import { ChevronDown, ChevronUp, X } from 'lucide-react'
import { useCallback, useRef, useState } from 'react'
import { isActive, shellLine } from '@/lib/job.ts'
import { visibleText } from '@/lib/visible-text.ts'
import { useJobs } from '../live/use-live-data.ts'
import { useActor } from '../live/use-rights.ts'
import { IconButton } from '../ui/button.tsx'
import { cn } from '../ui/cn.ts'
import { Progress } from '../ui/progress.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { JobDrawer } from './job-drawer.tsx'
import { JobCell } from './job-state.tsx'
import { jobStateWords, needsLook, progressWords, type Strip, stripJobs } from './job-words.ts'
import { useJobNotices } from './use-job-notices.ts'
import { markSeen, useSeenJobs } from './watched-jobs.ts'

/** Below every page: the running job, or how the last one ended; opens to its output. */
export function JobStrip() {
  const { userName } = useActor()
  const strip = stripJobs(useJobs(), userName, useSeenJobs())
  const [drawer, setDrawer] = useState<{ jobId: string }>()
  const opener = useRef<HTMLButtonElement>(null)
  const show = useCallback((jobId: string) => setDrawer({ jobId }), [])
  useJobNotices(show)
  const close = () => {
    setDrawer(undefined)
    opener.current?.focus()
  }
  const { shown } = strip
  const isOpen = drawer !== undefined
  return (
    <>
      {isOpen && <JobDrawer jobId={drawer.jobId} onJob={show} onClose={close} />}
      <section
        aria-label="Job strip"
        className="relative flex h-[34px] shrink-0 items-center gap-3 border-t border-line bg-surface px-4 text-text-second max-sm:h-11"
      >
        {shown === undefined ? (
          <span className="flex-1 truncate">No jobs yet.</span>
        ) : (
          <>
            <StripText strip={strip} shown={shown} />
            <button
              ref={opener}
              type="button"
              aria-expanded={isOpen}
              aria-label={isOpen ? 'Close the job’s output' : `Output of ${shown.title}`}
              onClick={isOpen ? close : () => show(shown.id)}
              className="order-last flex size-6 items-center justify-center rounded-sm text-text-third after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-offset-[-2px] focus-visible:after:outline-accent"
            >
              {isOpen ? <ChevronDown aria-hidden size={15} /> : <ChevronUp aria-hidden size={15} />}
            </button>
            {!isActive(shown) && strip.unseen.length > 0 && (
              <IconButton
                icon={X}
                label="Dismiss"
                className="relative z-1 size-6 max-sm:size-9"
                onClick={() => strip.unseen.forEach(({ id }) => markSeen(id))}
              />
            )}
          </>
        )}
      </section>
    </>
  )
}

function StripText({ strip, shown }: { strip: Strip; shown: NonNullable<Strip['shown']> }) {
  const { running, waiting, unseen } = strip
  const { title, state, progress, lastLine, failure, commands, endedAt } = shown
  const { word } = jobStateWords[state]
  const active = isActive(shown)
  const bad = needsLook(shown)
  return (
    <>
      <JobCell state={state} />
      <span role="status" className="shrink-0 truncate font-medium text-text max-sm:max-w-[45%]">
        {title}
        <span className="sr-only">, {word}</span>
      </span>
      {!active && (
        <span aria-hidden className={cn('shrink-0', bad && 'text-bad-text')}>
          {word}
        </span>
      )}
      {active && commands[0] !== undefined && (
        <code className="max-w-[30%] shrink-0 truncate font-mono text-xs max-lg:hidden">{shellLine(commands[0])}</code>
      )}
      {active && (
        <Progress label={title} value={state === 'waiting' ? 0 : progress} className="max-w-32 max-sm:max-w-none" />
      )}
      <span className={cn('min-w-0 flex-1 truncate max-sm:hidden', !bad && 'font-mono text-xs')}>
        {visibleText(failure?.message ?? (state === 'cancelled' ? '' : progressWords(lastLine)))}
      </span>
      {active && (
        <span className="shrink-0 max-sm:hidden">
          {running} running, {waiting} waiting
        </span>
      )}
      {active && unseen.length > 0 && <span className="shrink-0 text-bad-text">{unseen.length} failed</span>}
      {!active && endedAt !== null && <RelativeTime at={endedAt} className="shrink-0 max-sm:ml-auto" />}
    </>
  )
}
