import { byReleaseNewestFirst, isPastEndOfLife, releaseEndOfLife } from '@/lib/freebsd-releases.ts'
import type { Release } from '@/lib/host.ts'
import type { Job } from '@/lib/job.ts'
import { isActive } from '@/lib/job.ts'

export interface ReleaseRow {
  release: Release
  /** The fetch that works on it now. */
  fetching: Job | undefined
  /** How the last fetch ended, while the release is not here. */
  ended: Job | undefined
}

const unknown = (name: string, nowMs: number): Release => ({
  name,
  patch: null,
  fetched: false,
  endOfLife: releaseEndOfLife(name),
  endOfLifePassed: isPastEndOfLife(name, nowMs),
  sizeBytes: null,
  usedBy: [],
})

/**
 * Releases, newest first, each with its fetch: those of the host, and those that were asked for by name and are being
 * fetched or could not be.
 */
export function releaseRows(releases: readonly Release[], jobs: readonly Job[], nowMs: number): ReleaseRow[] {
  const fetches = jobs
    .filter(({ kind }) => kind === 'release.fetch')
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))
  const known = new Set(releases.map(({ name }) => name))
  const asked = [...new Set(fetches.filter((job) => isActive(job) || job.failure !== null).map(({ target }) => target))]
  return [...releases, ...asked.filter((name) => !known.has(name)).map((name) => unknown(name, nowMs))]
    .map((release) => {
      const last = fetches.find(({ target }) => target === release.name)
      return {
        release,
        fetching: last !== undefined && isActive(last) ? last : undefined,
        ended: last !== undefined && !isActive(last) && !release.fetched ? last : undefined,
      }
    })
    .toSorted((a, b) => byReleaseNewestFirst(a.release.name, b.release.name))
}
