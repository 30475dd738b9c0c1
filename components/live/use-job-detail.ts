'use client'

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Job, JobLine } from '@/lib/job.ts'
import { mergeLines } from './apply-events.ts'
import { liveKeys } from './live-keys.ts'
import { readQuery } from './read-query.ts'
import { useJobs } from './use-live-data.ts'

/** A job with all its lines, growing as it runs: what the service had when the page asked, and what came since. */
export function useJobDetail(id: string) {
  const query = useQuery(readQuery('job.detail', { id }))
  const live = useQuery<JobLine[]>({
    queryKey: liveKeys.jobLines(id),
    queryFn: () => [],
    enabled: false,
    structuralSharing: false,
  })
  const jobs = useJobs()
  const known = jobs.find((job) => job.id === id)
  const lines = useMemo(() => mergeLines(query.data?.lines ?? [], live.data ?? []), [query.data?.lines, live.data])
  const job: Job | undefined = known ?? query.data?.job
  const children = useMemo(() => {
    const now = new Map(jobs.map((one) => [one.id, one]))
    return (query.data?.children ?? []).map((child) => now.get(child.id) ?? child)
  }, [query.data?.children, jobs])
  return {
    job,
    lines,
    children,
    /** Older lines were dropped: the job said more than is kept. */
    truncated: query.data?.truncated ?? false,
    isPending: query.isPending,
    error: query.error,
  }
}
