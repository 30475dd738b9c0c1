'use client'

import { useQuery } from '@tanstack/react-query'
import type { JailSource } from '@/lib/jail.ts'
import { readQuery } from '../live/read-query.ts'

/** So many of the latest jobs are looked at. */
const LATEST = 20

/**
 * How long a jail from this source takes, told by the last ones that were made here: `about 4 s each`. Undefined where
 * none was made yet: nothing is guessed.
 */
export function useEstimate(source: JailSource | undefined, count: number): string | undefined {
  const { data } = useQuery({
    ...readQuery('job.list', { search: 'Create', states: ['succeeded'], limit: LATEST }),
    enabled: source !== undefined,
  })
  if (source === undefined || data === undefined) return undefined
  const from = source.kind === 'empty' ? ' empty' : ` from ${source.name}`
  const tookMs = data.jobs.flatMap(({ kind, title, startedAt, endedAt }) =>
    kind === 'jail.create' && title.includes(from) && startedAt !== null && endedAt !== null
      ? Date.parse(endedAt) - Date.parse(startedAt)
      : [],
  )
  if (tookMs.length === 0) return undefined
  const seconds = Math.max(1, Math.round(tookMs.reduce((sum, ms) => sum + ms, 0) / tookMs.length / 1_000))
  return `about ${seconds} s${count > 1 ? ' each' : ''}, as the last ${tookMs.length === 1 ? 'one' : tookMs.length}`
}
