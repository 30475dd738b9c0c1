'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Check, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { formatJailAddresses } from '@/lib/addresses.ts'
import type { CreateJails, Preview } from '@/lib/contract/jail-verbs.ts'
import type { WireError } from '@/lib/errors.ts'
import { shellLine } from '@/lib/job.ts'
import { dayText } from '../releases/end-of-life-badge.tsx'
import type { ReadError } from '../live/read-query.ts'
import { readQuery } from '../live/read-query.ts'
import { useReleases } from '../live/use-live-data.ts'
import { Button } from '../ui/button.tsx'
import { CommandBlock } from '../ui/command-line.tsx'
import { fieldError, formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

/** What the service says of the request: commands, problems, effects. */
export const useCreatePreview = (request: CreateJails | undefined) =>
  useQuery({
    ...readQuery('change.preview', { verb: 'jail.create', input: request }),
    enabled: request !== undefined,
    // Of the same jails: only whether they are started was changed.
    placeholderData: keepPreviousData,
  })

/** Why the request cannot be sent as it is; undefined when it can. */
export function previewRefusal({
  data,
  error,
  isPlaceholderData,
}: ReturnType<typeof useCreatePreview>): string | undefined {
  if (error !== null) return error.message
  if (data === undefined || isPlaceholderData) return 'It is being checked.'
  return data.groups.some(({ problems }) => problems.length > 0)
    ? 'Something above speaks against it. Change that first.'
    : undefined
}

interface ReviewStepProps {
  request: CreateJails
  preview: Preview | undefined
  previewError: ReadError | null
  /** What the service said when it was asked to do it. */
  error: WireError | undefined
}

/** What will run, checked beforehand, with the exact commands. */
export function ReviewStep({ request, preview, previewError, error }: ReviewStepProps) {
  const said = formError(error)
  return (
    <div className="space-y-6">
      <ReviewTable request={request} preview={preview} error={error} />
      {previewError !== null && <Note tone="bad">{previewError.message}</Note>}
      {preview === undefined && previewError === null && <Skeleton className="h-40" />}
      {preview !== undefined && <Commands request={request} preview={preview} />}
      <Warnings request={request} preview={preview} />
      {said !== undefined && <Note tone="bad">{said}</Note>}
    </div>
  )
}

function ReviewTable({ request, preview, error }: Omit<ReviewStepProps, 'previewError'>) {
  const named = request.jails.some(({ hostHostname, tag }) => hostHostname !== undefined && hostHostname !== tag)
  return (
    <div className="overflow-x-auto rounded-md border border-line" role="region" aria-label="New jails" tabIndex={0}>
      <table className="w-full">
        <thead>
          <tr className="border-b border-line text-left text-xs text-text-second">
            <th className="px-3 py-2.5 font-medium">Tag</th>
            <th className="px-3 py-2.5 font-medium">IP4</th>
            {named && <th className="px-3 py-2.5 font-medium max-sm:hidden">Host name</th>}
            <th className="px-3 py-2.5 font-medium max-sm:hidden">Boot</th>
            <th className="px-3 py-2.5 font-medium">Check</th>
          </tr>
        </thead>
        <tbody>
          {request.jails.map(({ tag, ip4, boot, hostHostname }, n) => {
            const answered = fieldError(error, `jails.${n}`)
            const problems = [...(preview?.groups[n]?.problems ?? []), ...(answered === undefined ? [] : [answered])]
            return (
              <tr key={tag} className="border-b border-line last:border-b-0">
                <td className="px-3 py-2 font-medium whitespace-nowrap">{tag}</td>
                <td className="px-3 py-2 font-mono text-xs">{ip4.length === 0 ? '-' : formatJailAddresses(ip4)}</td>
                {named && <td className="px-3 py-2 font-mono text-xs max-sm:hidden">{hostHostname ?? tag}</td>}
                <td className="px-3 py-2 max-sm:hidden">{boot ? 'yes' : 'no'}</td>
                <td className="px-3 py-2">
                  {preview === undefined ? (
                    <Skeleton className="h-3 w-28" />
                  ) : problems.length === 0 ? (
                    <span className="flex items-center gap-2 text-up-text">
                      <Check aria-hidden size={14} className="shrink-0" />
                      {/* On a phone the word alone: what is checked stands in the columns before. */}
                      <span>
                        <span className="max-sm:sr-only">{ip4.length === 0 ? 'name is' : 'name and address are'} </span>
                        free
                      </span>
                    </span>
                  ) : (
                    [...new Set(problems)].map((problem) => (
                      <span key={problem} className="flex items-start gap-2 text-bad-text">
                        <TriangleAlert aria-hidden size={14} className="mt-[3px] shrink-0" />
                        {problem}
                      </span>
                    ))
                  )}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

/** So many jails are shown with all their commands; of more only the first, until one asks. */
const SHOWN_WHOLE = 2

function Commands({ request, preview }: { request: CreateJails; preview: Preview }) {
  const [wanted, setWanted] = useState(false)
  const { groups } = preview
  const linesOf = (n: number) => [
    ...(groups.length > 1 ? [`# ${request.jails[n]?.tag ?? ''}`] : []),
    ...(groups[n]?.commands ?? []).map(shellLine),
  ]
  const all = groups.flatMap((_, n) => linesOf(n))
  const count = groups.reduce((sum, { commands }) => sum + commands.length, 0)
  const isCut = groups.length > SHOWN_WHOLE && !wanted
  const rest = request.jails.slice(1).map(({ tag }) => tag)
  const shown = isCut
    ? [...linesOf(0), `# ${restText(rest)}: the same with their own names and addresses (${count} commands in all)`]
    : all
  return (
    <div className="space-y-2">
      <CommandBlock lines={shown} copied={all} />
      {groups.length > SHOWN_WHOLE && (
        <Button variant="ghost" size="sm" onClick={() => setWanted(!wanted)} aria-expanded={wanted}>
          {wanted ? 'Show the first only' : `Show all ${count} commands`}
        </Button>
      )}
    </div>
  )
}

const restText = (tags: readonly string[]): string =>
  tags.length > 3 ? `${tags[0]} … ${tags.at(-1)}` : tags.join(', ')

function Warnings({ request, preview }: { request: CreateJails; preview: Preview | undefined }) {
  const releases = useReleases()
  const [first] = request.jails
  const release = first?.source.kind === 'release' ? releases.find(({ name }) => name === first.source.name) : undefined
  const effects = preview?.groups[0]?.effects ?? []
  return (
    <>
      {release?.endOfLifePassed === true && (
        <Note tone="changing">
          <span className="font-medium">{release.name} is past its end of life</span>
          {release.endOfLife === null ? '' : ` since ${dayText(release.endOfLife)}`}: it gets no more security fixes.
          Take a newer one unless you know why not.
        </Note>
      )}
      {effects.map((effect) => (
        <Note key={effect}>
          {effect}
          {request.jails.length > 1 && ' The same holds for the others.'}
        </Note>
      ))}
    </>
  )
}
