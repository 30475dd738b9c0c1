'use client'

import type { ReactNode } from 'react'
import type { Jail } from '@/lib/jail.ts'
import { EndOfLifeBadge } from '../releases/end-of-life-badge.tsx'
import { Badge } from '../ui/badge.tsx'
import { Tooltip } from '../ui/tooltip.tsx'
import { failureWord } from './last-failure.ts'
import { useLastFailure } from './use-last-failure.ts'

/** What one should know about a jail at a glance: what is wrong with it, why it cannot be changed, its release's end. */
export function JailBadges({ jail }: { jail: Jail }) {
  const failed = useLastFailure(jail)
  const { problem, readOnly, release, driver } = jail
  return (
    <>
      {problem !== null && (
        <Reason text={problem}>
          <Badge tone="bad">{problemWord(problem)}</Badge>
        </Reason>
      )}
      {failed !== undefined && (
        <Reason text={`${failed.failure?.message ?? failed.title} ${failed.failure?.hint ?? ''}`.trim()}>
          <Badge tone="bad">{failureWord(failed)}</Badge>
        </Reason>
      )}
      {readOnly !== null && (
        <Reason text={readOnly}>
          <Badge>{driver === null ? 'not by iocage' : 'read only'}</Badge>
        </Reason>
      )}
      {release !== null && <EndOfLifeBadge release={release} />}
    </>
  )
}

function Reason({ text, children }: { text: string; children: ReactNode }) {
  return (
    <Tooltip content={text} openOnPress>
      <span className="min-w-0">
        {children}
        <span className="sr-only">: {text}</span>
      </span>
    </Tooltip>
  )
}

/** A problem cut to what a row has room for: the file it is about, else that there is one. */
function problemWord(problem: string): string {
  const place = /([\w.-]+\.json)(?:.*?\b(line \d+))?/.exec(problem)
  if (place !== null) return place[2] === undefined ? `${place[1]}` : `${place[1]}, ${place[2]}`
  return problem.startsWith('Another jail has the tag') ? 'tag used twice' : 'needs attention'
}
