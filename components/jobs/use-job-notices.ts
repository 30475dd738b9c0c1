'use client'

import { usePathname } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { isActive } from '@/lib/job.ts'
import { useJobs } from '../live/use-live-data.ts'
import { useActor } from '../live/use-rights.ts'
import { toast } from '../ui/toast.tsx'
import { jobStateWords, needsLook } from './job-words.ts'
import { isWatched } from './watched-jobs.ts'

/** Tells the end of one's own jobs to whoever went elsewhere than where they were started and sees them nowhere. */
export function useJobNotices(onShow: (id: string) => void): void {
  const jobs = useJobs()
  const pathname = usePathname()
  const { userName } = useActor()
  /** Page on which each active job was first known; undefined: it was there before this page was loaded. */
  const places = useRef<Map<string, string | undefined>>(undefined)

  useEffect(() => {
    const isFirst = places.current === undefined
    const known = (places.current ??= new Map())
    for (const job of jobs) {
      if (job.parentId !== null || job.actor !== userName) continue
      if (isActive(job)) {
        if (!known.has(job.id)) known.set(job.id, isFirst ? undefined : pathname)
        continue
      }
      if (!known.has(job.id)) continue
      const place = known.get(job.id)
      known.delete(job.id)
      if (place === pathname || isWatched(job.id)) continue
      const { word } = jobStateWords[job.state]
      const action = { label: 'Show', onClick: () => onShow(job.id) }
      if (needsLook(job))
        toast.error(`${job.title}: ${word}`, { description: job.failure?.message, duration: 12_000, action })
      else toast.success(`${job.title}: ${word}`, { action })
    }
  }, [jobs, pathname, userName, onShow])
}
