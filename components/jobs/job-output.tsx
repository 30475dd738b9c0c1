'use client'

import { ArrowDown } from 'lucide-react'
import { memo, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { JobLine } from '@/lib/job.ts'
import { isActive } from '@/lib/job.ts'
import { visibleText } from '@/lib/visible-text.ts'
import { useJobDetail } from '../live/use-job-detail.ts'
import { Button } from '../ui/button.tsx'
import { cn } from '../ui/cn.ts'
import { CopyTextButton } from '../ui/copy-button.tsx'
import { Note } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useWatchJob } from './watched-jobs.ts'

/** Lines that are drawn as one block: only blocks in sight are laid out, and only the last one changes. */
const BLOCK = 200
/** So near to the end counts as being there, in CSS pixels. */
const END_PX = 24

interface JobOutputProps {
  jobId: string
  /** Takes the height that its parent has instead of growing to its own limit. */
  fill?: boolean
}

/** What a job printed, as it comes: commands marked, errors marked, redrawn lines in place. Dark in both themes. */
export function JobOutput({ jobId, fill = false }: JobOutputProps) {
  const { job, lines, truncated, isPending, error } = useJobDetail(jobId)
  const blocks = useMemo(
    () => Array.from({ length: Math.ceil(lines.length / BLOCK) }, (_, n) => lines.slice(n * BLOCK, (n + 1) * BLOCK)),
    [lines],
  )
  const { frame, isAtEnd, onScroll, toEnd } = useFollow()
  const runs = job !== undefined && isActive(job)
  useWatchJob(jobId, job !== undefined && !runs)
  if (error !== null && job === undefined) return <Note tone="bad">{error.message}</Note>
  return (
    <section aria-label="Output" className={cn('flex min-h-0 flex-col', fill && 'flex-1')}>
      <div className="flex min-h-7 items-center gap-2 pb-1">
        <h3 className="flex-1 font-medium">Output</h3>
        {!isAtEnd && (
          <Button variant="ghost" size="sm" icon={ArrowDown} onClick={toEnd}>
            {runs ? 'Follow' : 'To the end'}
          </Button>
        )}
        {lines.length > 0 && <CopyTextButton text={lines.map(lineText).join('\n')} label="Copy output" />}
      </div>
      {/* It scrolls: the keyboard must reach it. Not read out by itself: a progress bar changes ten times a second. */}
      <div
        ref={frame}
        onScroll={onScroll}
        role="log"
        aria-live="off"
        aria-label="Lines of output"
        tabIndex={0}
        className={cn(
          'dark min-h-24 overflow-auto rounded-md bg-code py-2.5 font-mono text-xs leading-5 text-text',
          fill ? 'flex-1' : 'max-h-96',
        )}
      >
        {truncated && <p className="px-3.5 text-text-third">… earlier lines are not kept.</p>}
        {isPending && lines.length === 0 && <Skeleton className="mx-3.5 mt-1.5 h-3 w-40" />}
        {!isPending && lines.length === 0 && (
          <p className="px-3.5 text-text-third">
            {job?.state === 'waiting'
              ? 'It waits for its turn.'
              : runs
                ? 'Nothing printed yet.'
                : job?.kind === 'bulk'
                  ? 'The output is with its parts.'
                  : 'It printed nothing.'}
          </p>
        )}
        {blocks.map((block, n) => (
          <Block key={n} lines={block} isLast={n === blocks.length - 1} />
        ))}
      </div>
    </section>
  )
}

const isSame = (a: readonly JobLine[], b: readonly JobLine[]) =>
  a.length === b.length && a.every((line, n) => line.text === b[n]?.text)

const Block = memo(
  function Block({ lines, isLast }: { lines: readonly JobLine[]; isLast: boolean }) {
    return (
      <div className={cn(!isLast && '[contain-intrinsic-size:auto_4000px] [content-visibility:auto]')}>
        {lines.map((line) => (
          <Line key={line.n} line={line} />
        ))}
      </div>
    )
  },
  (before, after) => before.isLast === after.isLast && isSame(before.lines, after.lines),
)

const rows: Record<JobLine['stream'], string> = {
  command: 'border-transparent pt-1.5 text-accent-text first:pt-0',
  stdout: 'border-transparent',
  // Not red: progress bars and warnings come this way too. Whether it failed is said above.
  stderr: 'border-changing text-changing-text',
}

function Line({ line: { stream, text } }: { line: JobLine }) {
  return (
    <div
      data-stream={stream}
      className={cn('border-l-2 px-3 break-words whitespace-pre-wrap [overflow-wrap:anywhere]', rows[stream])}
    >
      {stream === 'command' && <span className="text-text-third select-none">$ </span>}
      {stream === 'stderr' && <span className="sr-only">stderr: </span>}
      {text === '' ? '\u00a0' : visibleText(text)}
    </div>
  )
}

const lineText = ({ stream, text }: JobLine) => `${stream === 'command' ? '$ ' : ''}${visibleText(text)}`

/** Keeps the end in sight while lines come, until one scrolls up to read. */
function useFollow() {
  const frame = useRef<HTMLDivElement>(null)
  const [isAtEnd, setAtEnd] = useState(true)
  const toEnd = () => {
    setAtEnd(true)
    frame.current?.scrollTo({ top: frame.current.scrollHeight })
  }
  useLayoutEffect(() => {
    if (isAtEnd && frame.current !== null) frame.current.scrollTop = frame.current.scrollHeight
  })
  const onScroll = () => {
    const box = frame.current
    if (box !== null) setAtEnd(box.scrollHeight - box.scrollTop - box.clientHeight <= END_PX)
  }
  return { frame, isAtEnd, onScroll, toEnd }
}
