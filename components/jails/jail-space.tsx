'use client'

import { useQuery } from '@tanstack/react-query'
import { formatBytes } from '@/lib/sizes.ts'
import { readQuery } from '../live/read-query.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import { spaceOf } from './space-of.ts'

/** How much space a jail takes, in the side panel. */
export function JailSpace({ id }: { id: string }) {
  const { data, error } = useQuery(readQuery('jail.detail', { id }))
  const space = spaceOf(data?.datasets ?? [])
  return (
    <section aria-label="Space">
      <div className="flex items-baseline justify-between gap-3">
        <h3 className="text-text-second">Space</h3>
        {space !== undefined && (
          <span className="font-mono text-xs">
            {formatBytes(space.ownBytes)}
            {space.sharedBytes > 0 && (
              <span className="text-text-second"> of {formatBytes(space.ownBytes + space.sharedBytes)}</span>
            )}
          </span>
        )}
      </div>
      {data === undefined && error === null && <Skeleton className="mt-2 h-3 w-40" />}
      {error !== null && <p className="text-text-second">{error.message}</p>}
      {data !== undefined && space === undefined && <p className="text-text-third">not known</p>}
      {space !== undefined && (
        <>
          <Share own={space.ownBytes} shared={space.sharedBytes} />
          <p className="text-text-second">
            {formatBytes(space.ownBytes)} own
            {space.origin !== null && `, ${formatBytes(space.sharedBytes)} shared with ${space.origin}`}
          </p>
        </>
      )}
    </section>
  )
}

function Share({ own, shared }: { own: number; shared: number }) {
  const all = own + shared
  const percent = all === 0 ? 0 : Math.max(1, (own / all) * 100)
  return (
    <svg
      aria-hidden
      viewBox="0 0 100 1"
      preserveAspectRatio="none"
      className="my-1.5 h-1.5 w-full rounded-full bg-raised"
    >
      <rect width={percent} height="1" className="fill-accent" />
    </svg>
  )
}
