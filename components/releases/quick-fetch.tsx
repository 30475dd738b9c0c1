'use client'

import { useState } from 'react'
import { byReleaseNewestFirst } from '@/lib/freebsd-releases.ts'
import type { Release } from '@/lib/host.ts'
import type { Job } from '@/lib/job.ts'
import { isActive } from '@/lib/job.ts'
import { fetchRelease } from '@/server/panel/actions/host.ts'
import { CancelButton } from '../jobs/job-actions.tsx'
import { JobFailure } from '../jobs/job-failure.tsx'
import { useChange } from '../live/use-change.ts'
import { useHost, useJobs, useReleases } from '../live/use-live-data.ts'
import { useCan } from '../live/use-rights.ts'
import { Button } from '../ui/button.tsx'
import { Select } from '../ui/field.tsx'
import { FetchProgress } from './release-table.tsx'

/** Releases that can still be fetched, newest first. */
export const offeredReleases = (releases: readonly Release[]): Release[] =>
  releases.filter(({ fetched }) => !fetched).toSorted((a, b) => byReleaseNewestFirst(a.name, b.name))

/** The release to propose: the newest that still gets fixes. */
export const proposedRelease = (releases: readonly Release[]): string | undefined => {
  const offered = offeredReleases(releases)
  return (offered.find(({ endOfLifePassed }) => !endOfLifePassed) ?? offered[0])?.name
}

/** The latest fetch that this page knows of. */
export function useLatestFetch(): Job | undefined {
  const fetches = useJobs().filter(({ kind }) => kind === 'release.fetch')
  return fetches.find((job) => isActive(job)) ?? fetches.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))[0]
}

interface ReleaseChoiceProps {
  value: string
  onChange: (release: string) => void
}

/** One of the releases that the mirror offers; those past their end of life say so. */
export function ReleaseChoice({ value, onChange }: ReleaseChoiceProps) {
  return (
    <Select
      aria-label="Release to fetch"
      mono
      className="w-64 max-w-full"
      value={value}
      onChange={onChange}
      options={offeredReleases(useReleases()).map(({ name, endOfLifePassed }) => ({
        value: name,
        label: endOfLifePassed ? `${name} (end of life)` : name,
      }))}
    />
  )
}

/** Fetches a release in the middle of something else, where none is there yet: choice, progress, cancel, failure. */
export function QuickFetch() {
  const releases = useReleases()
  const [chosen, setChosen] = useState<string>()
  const release = chosen ?? proposedRelease(releases)
  const fetching = useLatestFetch()
  const fetch = useChange(fetchRelease)
  const { canFetch } = useHost().capabilities
  const refusal = useCan('release:fetch') ?? canFetch ?? undefined
  if (fetching !== undefined && isActive(fetching))
    return (
      <div className="flex flex-wrap items-center gap-3">
        <p className="font-medium">{fetching.title}</p>
        <FetchProgress job={fetching} />
        <CancelButton job={fetching} size="md" />
      </div>
    )
  return (
    <div className="space-y-3">
      {fetching !== undefined && <JobFailure job={fetching} />}
      <div className="flex flex-wrap items-center gap-2.5">
        <ReleaseChoice value={release ?? ''} onChange={setChosen} />
        <Button
          variant="primary"
          pending={fetch.pending}
          disabledReason={refusal ?? (release === undefined ? 'The mirror offers no release.' : undefined)}
          onClick={() => {
            if (release !== undefined) fetch.run({ release })
          }}
        >
          Fetch
        </Button>
      </div>
    </div>
  )
}
