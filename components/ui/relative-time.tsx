'use client'

import { useSyncExternalStore } from 'react'

/** How often ages are said again, in milliseconds. */
const TICK_MS = 10_000

let now = Date.now()
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  // Nobody listened for a while: React compares the clock again right after this.
  if (timer === undefined) now = Date.now()
  timer ??= setInterval(() => {
    now = Date.now()
    for (const listener of listeners) listener()
  }, TICK_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** This moment to about ten seconds, in milliseconds; 0 while the server renders: it does not know the reader's clock. */
export const useNow = (): number =>
  useSyncExternalStore(
    subscribe,
    () => now,
    () => 0,
  )

const units: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]
const words = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'long' })

/** `just now`, `6 minutes ago`, `in 3 hours`. Both times in milliseconds. */
export function relativeText(atMs: number, nowMs: number): string {
  const seconds = Math.round((atMs - nowMs) / 1_000)
  for (const [unit, size] of units) if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit)
  return 'just now'
}

const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })

/** A moment as its age; the exact time in the reader's zone on hover. `at` is ISO 8601. */
export function RelativeTime({ at, className }: { at: string; className?: string }) {
  const nowMs = useNow()
  const atMs = Date.parse(at)
  if (Number.isNaN(atMs)) return <span className={className}>{at}</span>
  return (
    <time dateTime={at} title={nowMs === 0 ? at : exact.format(atMs)} className={className}>
      {nowMs === 0 ? at.slice(0, 16).replace('T', ' ') : relativeText(atMs, nowMs)}
    </time>
  )
}
