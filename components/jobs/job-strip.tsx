'use client'

import { useJobs } from '../live/use-live-data.ts'
import { Cell } from '../ui/badge.tsx'
import { Progress } from '../ui/progress.tsx'
import { stripJobs } from './job-words.ts'

/** The running job, below every page. */
export function JobStrip() {
  const { shown, running, waiting } = stripJobs(useJobs())
  return (
    <footer className="flex h-[34px] shrink-0 items-center gap-3 border-t border-line bg-surface px-4 text-text-second">
      {shown === undefined ? (
        'No jobs running.'
      ) : (
        <>
          <Cell state="changing" />
          <span className="text-text">{shown.title}</span>
          <Progress label={shown.title} value={shown.progress} className="max-w-32" />
          <span className="min-w-0 flex-1 truncate">{shown.lastLine}</span>
          <span className="max-sm:hidden">
            {running} running, {waiting} waiting
          </span>
        </>
      )}
    </footer>
  )
}
