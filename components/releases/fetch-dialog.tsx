'use client'

import { useState } from 'react'
import { ReleaseName } from '@/lib/contract/host-verbs.ts'
import { isPastEndOfLife, releaseEndOfLife } from '@/lib/freebsd-releases.ts'
import type { Job } from '@/lib/job.ts'
import { isActive } from '@/lib/job.ts'
import { fetchRelease } from '@/server/panel/actions/host.ts'
import { usePreview } from '../jails/use-preview.ts'
import { useChange } from '../live/use-change.ts'
import { useJobs, useReleases } from '../live/use-live-data.ts'
import { CommandBlock } from '../ui/command-line.tsx'
import { DialogButtons } from '../ui/dialog-buttons.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, TextInput } from '../ui/field.tsx'
import { Note } from '../ui/panel.tsx'
import { useNow } from '../ui/relative-time.tsx'
import { dayText } from './end-of-life-badge.tsx'
import { useFetchRefusal } from './use-fetch-refusal.ts'

interface FetchDialogProps {
  /** Release that was chosen; empty: any, by its name. Undefined: closed. */
  release: string | undefined
  onClose: () => void
}

/** Asks before a release is fetched that gets no more fixes, and takes any other one by its name. */
export function FetchDialog({ release, onClose }: FetchDialogProps) {
  return (
    <Dialog
      open={release !== undefined}
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={release === undefined || release === '' ? 'Fetch a release' : `Fetch ${release}`}
    >
      {release !== undefined && <FetchForm key={release} chosen={release} onClose={onClose} />}
    </Dialog>
  )
}

function FetchForm({ chosen, onClose }: { chosen: string; onClose: () => void }) {
  const [typed, setTyped] = useState(chosen)
  const [tried, setTried] = useState(false)
  const refusal = useFetchRefusal()
  const problem = useNameProblem(typed.trim())
  const fetch = useChange(fetchRelease, { errors: 'inline', onSuccess: onClose })
  const name = typed.trim()
  const isName = ReleaseName.safeParse(name).success
  const preview = usePreview('release.fetch', isName ? { release: name } : undefined)
  const nowMs = useNow()
  const end = releaseEndOfLife(name)
  const isOver = useReleases().find((one) => one.name === name)?.endOfLifePassed ?? isPastEndOfLife(name, nowMs)
  const known = useReleases().filter(({ fetched }) => !fetched)
  return (
    <form
      className="space-y-4 pb-2"
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (problem === undefined && refusal === undefined && !fetch.pending) fetch.run({ release: name })
      }}
    >
      {chosen === '' && (
        <Field
          label="Release"
          hint="As FreeBSD names it. Old releases are on the mirror’s archive even when they are not offered."
          error={tried ? problem : undefined}
        >
          <TextInput
            mono
            autoFocus
            autoComplete="off"
            spellCheck={false}
            placeholder="11.0-RELEASE"
            list="known-releases"
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value)
              fetch.reset()
            }}
          />
        </Field>
      )}
      {chosen === '' && (
        <datalist id="known-releases">
          {known.map((one) => (
            <option key={one.name} value={one.name} />
          ))}
        </datalist>
      )}
      {chosen !== '' && problem !== undefined && <Note tone="changing">{problem}</Note>}
      {isName && isOver && (
        <Note tone="changing">
          <p className="font-medium">
            {name} is past its end of life{end === null ? '' : `, since ${dayText(end)}`}.
          </p>
          <p>It gets no more security fixes. Use it for something old that needs it, not for what faces a network.</p>
        </Note>
      )}
      {isName && preview.lines.length > 0 && <CommandBlock title="What runs" lines={preview.lines} />}
      {fetch.error !== undefined && (
        <Note tone="bad">
          {fetch.error.message} {fetch.error.hint}
        </Note>
      )}
      <DialogButtons
        submit={isName && isOver ? 'Fetch it anyway' : isName ? `Fetch ${name}` : 'Fetch'}
        onCancel={onClose}
        autoFocus={chosen !== ''}
        disabledReason={refusal}
        pending={fetch.pending}
      />
    </form>
  )
}

/** What is wrong with fetching a release of this name, in a sentence. */
function useNameProblem(name: string): string | undefined {
  const releases = useReleases()
  const jobs = useJobs()
  if (name === '') return 'Give the name of a release, such as 14.3-RELEASE.'
  const parsed = ReleaseName.safeParse(name)
  if (!parsed.success) return parsed.error.issues[0]?.message
  if (releases.some((one) => one.fetched && one.name === name)) return `${name} is fetched already.`
  const isFetch = (job: Job) => job.kind === 'release.fetch' && job.target === name && isActive(job)
  return jobs.some(isFetch) ? `${name} is being fetched now.` : undefined
}
