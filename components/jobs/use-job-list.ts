'use client'

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { VerbInput } from '@/lib/contract/verbs.ts'
import type { Job } from '@/lib/job.ts'
import { callRead, readKey, ReadError } from '../live/read-query.ts'
import { useJobs } from '../live/use-live-data.ts'

export type JobFilter = Pick<VerbInput<'job.list'>, 'states' | 'jailId' | 'search'>

/** Jobs that a filter finds, latest first, page by page; those that run are as fresh as their last event. */
export function useJobList(filter: JobFilter) {
  const query = useInfiniteQuery({
    queryKey: readKey('job.list', filter),
    queryFn: ({ pageParam, signal }) =>
      callRead('job.list', { ...filter, ...(pageParam === '' ? {} : { before: pageParam }) }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => (page.more ? page.jobs.at(-1)?.id : undefined),
    placeholderData: keepPreviousData,
  })
  const live = useJobs()
  const jobs = useMemo(() => {
    const now = new Map(live.map((job) => [job.id, job]))
    const seen = new Set<string>()
    return (query.data?.pages ?? [])
      .flatMap((page) => page.jobs)
      .filter(({ id }) => !seen.has(id) && seen.add(id))
      .map((job): Job => now.get(job.id) ?? job)
  }, [query.data, live])
  return { query, jobs, error: query.error instanceof ReadError ? query.error.error : undefined }
}
