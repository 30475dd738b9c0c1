'use client'

import { useQuery } from '@tanstack/react-query'
import { Download, Film } from 'lucide-react'
import { parseAsFloat, useQueryState } from 'nuqs'
import { holderRefusal } from '@/lib/capabilities.ts'
import { openRecording } from '@/server/panel/actions/console.ts'
import { saveFrom } from '../console/console-files.tsx'
import { streamUrl } from '../console/use-transfers.ts'
import { toastError } from '../live/use-change.ts'
import { useActor } from '../live/use-rights.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Note } from '../ui/panel.tsx'
import type { Asciicast } from './asciicast.ts'
import { parseAsciicast } from './asciicast.ts'
import { beginAt, RecordingPlayer } from './recording-player.tsx'

class Failed extends Error {}

async function load(id: string): Promise<Asciicast> {
  const answer = await openRecording({ id, use: 'play' })
  if (!answer.ok) throw new Failed(answer.error.message)
  const response = await fetch(streamUrl(answer.value.ticket))
  if (!response.ok) throw new Failed('The recording could not be fetched.')
  const cast = parseAsciicast(await response.text())
  if (cast === undefined) throw new Failed('This file is no asciicast.')
  return cast
}

/** Fetches a recording's file as a download of the browser. */
export async function downloadRecording(id: string): Promise<void> {
  const answer = await openRecording({ id, use: 'download' })
  if (!answer.ok) return toastError(answer.error)
  saveFrom(streamUrl(answer.value.ticket), `${id}.cast`)
}

/** One recording, played. `?t=` is the second at which it begins. */
export function RecordingPage({ id }: { id: string }) {
  const refusal = holderRefusal(useActor(), 'recording:read')
  const [at] = useQueryState('t', parseAsFloat)
  const { data, error } = useQuery({
    queryKey: ['recording', id],
    queryFn: () => load(id),
    enabled: refusal === undefined,
    staleTime: Infinity,
    retry: false,
  })
  if (refusal !== undefined)
    return (
      <EmptyState icon={Film} title="For admins">
        {refusal}
      </EmptyState>
    )
  return (
    <div className="flex h-full min-h-0 flex-1 flex-col">
      <PageHeader
        crumbs={[{ href: '/recordings', label: 'Recordings' }]}
        title={data === undefined ? 'Recording' : data.title}
        actions={
          <Button icon={Download} onClick={() => void downloadRecording(id)}>
            Download
          </Button>
        }
      />
      {error !== null && (
        <div className="p-4">
          <Note tone="bad">{error instanceof Failed ? error.message : 'The panel cannot be reached.'}</Note>
        </div>
      )}
      {data !== undefined && <RecordingPlayer cast={data} startS={beginAt(at)} />}
    </div>
  )
}
