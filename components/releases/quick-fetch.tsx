'use client'

import { useState } from 'react'
import { byReleaseNewestFirst } from '@/lib/freebsd-releases.ts'
import type { Release } from '@/lib/host.ts'
import type { Job } from '@/lib/job.ts'
import { isActive } from '@/lib/job.ts'
import { cancelJob } from '@/server/panel/actions/jobs.ts'
import { fetchRelease } from '@/server/panel/actions/host.ts'
import { useChange } from '../live/use-change.ts'
import { useHost, useJobs, useReleases } from '../live/use-live-data.ts'
import { useCan } from '../live/use-rights.ts'
import { Button } from '../ui/button.tsx'
import { Select } from '../ui/field.tsx'
import { Note } from '../ui/panel.tsx'
import { Progress } from '../ui/progress.tsx'

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
  if (fetching !== undefined && isActive(fetching)) return <FetchProgress job={fetching} />
  return (
    <div className="space-y-3">
      {fetching?.failure && (
        <Note tone="bad">
          {fetching.failure.message} {fetching.failure.hint}
        </Note>
      )}
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

/** How far a fetch is, with the way to end it. */
export function FetchProgress({ job }: { job: Job }) {
  const cancel = useChange(cancelJob)
  const refusal = useCan('job:cancel')
  return (
    <div className="flex flex-wrap items-center gap-3">
      <div className="min-w-48 flex-1 space-y-1.5">
        <p>
          {job.title} <span className="text-text-second">{job.lastLine}</span>
        </p>
        <Progress label={job.title} value={job.progress} className="max-w-96" />
      </div>
      <Button
        disabledReason={refusal ?? (job.cancellable ? undefined : 'It cannot be cancelled any more.')}
        pending={cancel.pending}
        onClick={() => cancel.run({ id: job.id })}
      >
        Cancel
      </Button>
    </div>
  )
}
