'use client'

import { isPastEndOfLife, releaseEndOfLife } from '@/lib/freebsd-releases.ts'
import { shortRelease } from '@/lib/jail.ts'
import { useReleases } from '../live/use-live-data.ts'
import { Badge } from '../ui/badge.tsx'
import { useNow } from '../ui/relative-time.tsx'

/** From so many milliseconds before its end on, a release is marked. */
const SOON_MS = 90 * 24 * 60 * 60_000

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })
/** An ISO date in words: `30 Jun 2026`. */
export const dayText = (isoDate: string): string => day.format(Date.parse(isoDate))

/** Marks a release, with or without its patch level, that gets no more fixes or soon will not; nothing for others. */
export function EndOfLifeBadge({ release }: { release: string }) {
  const name = shortRelease(release)
  const known = useReleases().find((one) => one.name === name)
  const nowMs = useNow()
  const end = known?.endOfLife ?? releaseEndOfLife(name)
  if (known?.endOfLifePassed ?? (nowMs > 0 && isPastEndOfLife(name, nowMs)))
    return (
      <Badge tone="bad" {...(end === null ? {} : { title: `No fixes since ${dayText(end)}` })}>
        end of life
      </Badge>
    )
  if (end === null || nowMs === 0 || Date.parse(end) - nowMs > SOON_MS) return null
  return (
    <Badge tone="changing" title={`Fixes end on ${dayText(end)}`}>
      ends soon
    </Badge>
  )
}
