'use client'

import { useEffect, useSyncExternalStore } from 'react'

/** Failed jobs that were looked at, kept over reloads of this tab's origin; the oldest are forgotten. */
const KEPT = 200
const STORAGE_KEY = 'cellblock.seen-jobs'

/** How many places on this page show a job right now, by its id. */
const watching = new Map<string, number>()
let seen: ReadonlySet<string> | undefined
const listeners = new Set<() => void>()

function read(): ReadonlySet<string> {
  if (seen !== undefined) return seen
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '[]')
    seen = new Set(Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : [])
  } catch {
    seen = new Set() // storage switched off or spoiled: failures show once more
  }
  return seen
}

/** Notes that a person saw how a job ended; the strip lets go of it. */
export function markSeen(id: string): void {
  const before = read()
  if (before.has(id)) return
  seen = new Set([...before, id].slice(-KEPT))
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify([...seen]))
  } catch {
    // Private windows may refuse; this page remembers.
  }
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

const none: ReadonlySet<string> = new Set()

/** Ids of jobs whose end was seen. */
export const useSeenJobs = (): ReadonlySet<string> => useSyncExternalStore(subscribe, read, () => none)

/** Whether some part of the page shows this job now, so that no notice about its end is needed. */
export const isWatched = (id: string): boolean => (watching.get(id) ?? 0) > 0

/** Says that the caller shows this job: its end needs no notice, and counts as seen. */
export function useWatchJob(id: string | undefined, ended: boolean): void {
  useEffect(() => {
    if (id === undefined) return
    watching.set(id, (watching.get(id) ?? 0) + 1)
    return () => void watching.set(id, (watching.get(id) ?? 1) - 1)
  }, [id])
  useEffect(() => {
    if (id !== undefined && ended) markSeen(id)
  }, [id, ended])
}
