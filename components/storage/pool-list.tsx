'use client'

import type { Pool } from '@/lib/host.ts'
import { formatBytes } from '@/lib/sizes.ts'
import { ActivatePool } from '../host/activate-pool.tsx'
import { Badge, CellWord } from '../ui/badge.tsx'
import { Progress } from '../ui/progress.tsx'

/** Free part of a pool below which it is called nearly full: ZFS slows down from here on. */
const NEARLY_FULL = 0.1

/** The host's pools: health, space, and which one iocage works with. */
export function PoolList({ pools }: { pools: readonly Pool[] }) {
  return (
    <ul className="grid gap-3 sm:grid-cols-[repeat(auto-fill,minmax(300px,1fr))]">
      {pools.map((pool) => {
        const { name, sizeBytes, freeBytes, health, active } = pool
        const used = sizeBytes === 0 ? 0 : 1 - freeBytes / sizeBytes
        const isFull = sizeBytes > 0 && freeBytes / sizeBytes < NEARLY_FULL
        return (
          <li key={name} aria-label={`Pool ${name}`} className="rounded-lg border border-line bg-surface px-4 py-3">
            <div className="flex min-h-7 items-center gap-2.5">
              <h3 className="min-w-0 truncate font-mono font-semibold">{name}</h3>
              {active && <Badge tone="accent">active</Badge>}
              <span className="flex-1" />
              {/* zpool(8) prints health in capitals; so does everybody who searches for it. */}
              <CellWord state={health === 'ONLINE' ? 'up' : 'bad'} word={health === '' ? 'unknown' : health} />
            </div>
            <Progress
              label={`Space used in ${name}`}
              value={used}
              tone={isFull ? 'bad' : 'accent'}
              className="mt-2 h-1.5"
            />
            <div className="mt-1.5 flex flex-wrap items-center gap-x-3 text-text-second">
              <span>
                <span className="font-mono text-xs">{formatBytes(freeBytes)}</span> free of{' '}
                <span className="font-mono text-xs">{formatBytes(sizeBytes)}</span>
              </span>
              {isFull && <span className="text-bad-text">nearly full</span>}
              <span className="flex-1" />
              {!active && <ActivatePool pool={pool} />}
            </div>
          </li>
        )
      })}
    </ul>
  )
}
