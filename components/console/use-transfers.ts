'use client'

import { useEffect, useRef, useState } from 'react'
import { z } from 'zod'
import { STREAM_PIECE_MAX_BYTES, streamPath } from '@/lib/contract/wire.ts'
import { WireError } from '@/lib/errors.ts'
import { uploadFile } from '@/server/panel/actions/console.ts'
import { withIdentity } from '../live/confirm-identity.ts'

/** One file on its way into a jail. */
export interface Transfer {
  id: number
  path: string
  bytes: number
  sent: number
  state: 'running' | 'done' | 'failed'
  problem: string | undefined
}

/** Tries of one piece on a line that breaks. */
const TRIES = 5
const WAIT_MS = 1_000

const Answer = z.union([
  z.object({ ok: z.literal(true), value: z.object({ received: z.number(), complete: z.boolean() }) }),
  z.object({ ok: z.literal(false), error: WireError }),
])

/** Where a browser fetches or sends what a ticket stands for. */
export const streamUrl = (ticket: string): string => `/api${streamPath(ticket)}`

/** Uploads of one console: begins them, tells how far they are, gives them up. */
export function useTransfers(jailId: string) {
  const [transfers, setTransfers] = useState<readonly Transfer[]>([])
  const running = useRef(new Map<number, AbortController>())
  const next = useRef(1)

  useEffect(() => {
    const all = running.current
    return () => {
      for (const stopper of all.values()) stopper.abort()
    }
  }, [])

  const update = (id: number, change: Partial<Transfer>) =>
    setTransfers((list) => list.map((one) => (one.id === id ? { ...one, ...change } : one)))

  async function send(file: File, path: string, options: { user: string; overwrite: boolean }): Promise<void> {
    const id = next.current
    next.current += 1
    const stopper = new AbortController()
    running.current.set(id, stopper)
    setTransfers((list) => [...list, { id, path, bytes: file.size, sent: 0, state: 'running', problem: undefined }])
    const problem = await upload(file, path, { jailId, ...options }, stopper.signal, (sent) => update(id, { sent }))
    running.current.delete(id)
    update(id, problem === undefined ? { state: 'done', sent: file.size } : { state: 'failed', problem })
  }

  function stop(id: number): void {
    running.current.get(id)?.abort()
    setTransfers((list) => list.filter((one) => one.id !== id))
  }

  return { transfers, send, stop }
}

/** Sends one file in pieces; answers what went wrong, undefined when all of it arrived. */
async function upload(
  file: File,
  path: string,
  { jailId, user, overwrite }: { jailId: string; user: string; overwrite: boolean },
  signal: AbortSignal,
  onSent: (bytes: number) => void,
): Promise<string | undefined> {
  const begun = await withIdentity(() => uploadFile({ id: jailId, path, bytes: file.size, user, overwrite })).catch(
    () => undefined,
  )
  if (begun === undefined) return 'The panel cannot be reached.'
  if (!begun.ok) return begun.error.message
  let sent = 0
  for (let tries = 0; ;) {
    if (signal.aborted) return 'Stopped.'
    try {
      const response = await fetch(`${streamUrl(begun.value.ticket)}?offset=${sent}`, {
        method: 'PUT',
        body: file.slice(sent, sent + STREAM_PIECE_MAX_BYTES),
        signal,
      })
      const answer = Answer.safeParse(await response.json())
      if (!answer.success) return 'The panel answered nonsense.'
      if (!answer.data.ok) return answer.data.error.message
      sent = answer.data.value.received
      tries = 0
      onSent(sent)
      if (answer.data.value.complete) return undefined
    } catch {
      if (signal.aborted) return 'Stopped.'
      tries += 1
      if (tries >= TRIES) return 'The connection was lost.'
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS * tries))
    }
  }
}
