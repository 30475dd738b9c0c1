'use client'

import { isActive } from '@/lib/job.ts'
import { useJails, useJobs, useReleases, useTemplates } from '../live/use-live-data.ts'
import type { Place } from './places.ts'

/** The numbers beside the places. */
export function useCounts(): Record<NonNullable<Place['count']>, number> {
  const jobs = useJobs()
  return {
    jails: useJails().length,
    templates: useTemplates().length,
    releases: useReleases().filter(({ fetched }) => fetched).length,
    jobs: jobs.filter((job) => isActive(job) && job.parentId === null).length,
  }
}
