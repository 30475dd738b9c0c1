'use client'

import Link from 'next/link'
import { jobPath } from '@/lib/paths.ts'
import { jobStateWords } from '../jobs/job-words.ts'
import { useJobList } from '../jobs/use-job-list.ts'
import { cn } from '../ui/cn.ts'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

/** So many stand in the side panel; the jail's page has them all. */
const SHOWN = 5

/** What was done with a jail lately. */
export function LastJobs({ jailId }: { jailId: string }) {
  const { query, jobs } = useJobList({ jailId })
  return (
    <section aria-label="Last jobs">
      <h3 className="pb-1 text-text-second">Last jobs</h3>
      {query.isPending && <Skeleton className="h-3 w-40" />}
      {query.isSuccess && jobs.length === 0 && <p className="text-text-third">none in this panel yet</p>}
      <ul>
        {jobs.slice(0, SHOWN).map(({ id, title, state, actor, endedAt, createdAt }) => {
          const { word, tone } = jobStateWords[state]
          return (
            <li key={id} className="grid grid-cols-[96px_1fr] gap-x-3 py-0.5">
              <RelativeTime at={endedAt ?? createdAt} className="truncate text-text-third" />
              <span className="min-w-0">
                <Link href={jobPath(id)} className="rounded-sm hover:text-accent-text hover:underline">
                  {title}
                </Link>
                <span className="text-text-second"> by {actor}</span>
                {state !== 'succeeded' && (
                  <span
                    className={cn(
                      tone === 'bad'
                        ? 'text-bad-text'
                        : tone === 'changing'
                          ? 'text-changing-text'
                          : 'text-text-second',
                    )}
                  >
                    , {word}
                  </span>
                )}
              </span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
