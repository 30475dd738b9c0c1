'use client'

import { useMemo } from 'react'
import type { Jail } from '@/lib/jail.ts'
import type { Job } from '@/lib/job.ts'
import { useJobs } from '../live/use-live-data.ts'
import { lastFailure } from './last-failure.ts'

/** The job about a jail that failed last, while that is the latest news of it. */
export function useLastFailure(jail: Jail): Job | undefined {
  const jobs = useJobs()
  return useMemo(() => lastFailure(jobs, jail), [jobs, jail])
}
