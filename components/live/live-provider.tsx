'use client'

import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { createContext, use, useEffect, useMemo, useState } from 'react'
import type { Actor } from '@/lib/account.ts'
import type { Snapshot } from '@/lib/contract/host-verbs.ts'
import { applyEvents, putSnapshot } from './apply-events.ts'
import type { Connection } from './connection.ts'
import { GONE_AFTER_MS } from './connection.ts'
import { openEventStream } from './event-stream.ts'
import { callRead, ReadError } from './read-query.ts'

interface Live {
  connection: Connection
  actor: Actor
}

const LiveContext = createContext<Live | undefined>(undefined)

/** What the provider below the shell knows; throws outside of it. */
export function useLive(): Live {
  const live = use(LiveContext)
  if (live === undefined) throw new Error('useLive outside of LiveProvider')
  return live
}

interface LiveProviderProps {
  actor: Actor
  /** What the server rendered the page from; events continue it. */
  snapshot: Snapshot
  children: ReactNode
}

/** Keeps everything below it in step with the host: cache from the snapshot, patched by the stream of events. */
export function LiveProvider({ actor, snapshot, children }: LiveProviderProps) {
  const client = useQueryClient()
  // Before the first child reads, on the server and in the browser alike; later snapshots come by the stream.
  const [first] = useState(() => {
    putSnapshot(client, snapshot)
    return snapshot
  })
  const [connection, setConnection] = useState<Connection>({ phase: 'live' })

  useEffect(() => {
    let goneTimer: ReturnType<typeof setTimeout> | undefined
    let lostAt: number | undefined
    const end = openEventStream({
      position: { epoch: first.epoch, seq: first.seq },
      onEvents: (events) => {
        if (applyEvents(client, events) === 'reload') window.location.reload()
      },
      onGap: async () => {
        const fresh = await callRead('host.snapshot', {})
        putSnapshot(client, fresh)
        void client.invalidateQueries({ queryKey: ['read'] })
        return { epoch: fresh.epoch, seq: fresh.seq }
      },
      onOpen: () => {
        clearTimeout(goneTimer)
        lostAt = undefined
        setConnection({ phase: 'live' })
      },
      onLost: () => {
        if (lostAt !== undefined) return
        const since = (lostAt = Date.now())
        setConnection({ phase: 'reconnecting', since })
        goneTimer = setTimeout(() => setConnection({ phase: 'gone', since }), GONE_AFTER_MS)
      },
      onRefused: () => void leaveWhenLoggedOut(),
    })
    return () => {
      clearTimeout(goneTimer)
      end()
    }
  }, [client, first])

  const live = useMemo(() => ({ connection, actor }), [connection, actor])
  return <LiveContext value={live}>{children}</LiveContext>
}

/** An event stream does not say why it was refused; a read does. */
async function leaveWhenLoggedOut(): Promise<void> {
  try {
    await callRead('account.me', {})
  } catch (cause) {
    if (cause instanceof ReadError && cause.error.code === 'unauthenticated') window.location.reload()
  }
}
