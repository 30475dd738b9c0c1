'use client'

import { useState } from 'react'
import type { Pool } from '@/lib/host.ts'
import { formatBytes } from '@/lib/sizes.ts'
import { jobPath } from '@/lib/paths.ts'
import { JobFailure } from '../jobs/job-failure.tsx'
import { useWatchJob } from '../jobs/watched-jobs.ts'
import { useJobs } from '../live/use-live-data.ts'
import { ButtonLink } from '../ui/button.tsx'
import { RadioCards } from '../ui/choice.tsx'
import { CommandBlock } from '../ui/command-line.tsx'
import { Panel } from '../ui/panel.tsx'
import { ActivatePool } from './activate-pool.tsx'

/** While no pool is active: which one iocage shall keep its jails in. */
export function PoolChoice({ pools }: { pools: readonly Pool[] }) {
  const [chosen, setChosen] = useState<string>()
  const pool = pools.find(({ name }) => name === chosen) ?? pools[0]
  if (pool === undefined)
    return (
      <Panel title="No pool">
        <div className="space-y-3">
          <p>
            iocage needs a ZFS pool to keep jails in, and this host shows none. Make one from a disk in a terminal of
            the host; it appears here by itself.
          </p>
          <CommandBlock lines={['zpool create tank /dev/ada1']} />
        </div>
      </Panel>
    )
  return (
    <Panel title="No pool is active yet">
      <div className="space-y-4">
        <p>
          iocage keeps releases, templates and jails in one ZFS pool. Activating marks the pool and makes the datasets
          below <code className="font-mono text-xs">{pool.name}/iocage</code>; what else is in it stays as it is.
        </p>
        {pools.length > 1 && (
          <RadioCards
            label="Pool"
            columns={3}
            value={pool.name}
            onChange={setChosen}
            options={pools.map(({ name, freeBytes, sizeBytes, health }) => ({
              value: name,
              label: <span className="font-mono">{name}</span>,
              hint: `${formatBytes(freeBytes)} free of ${formatBytes(sizeBytes)}, ${health}`,
            }))}
          />
        )}
        <CommandBlock title="What runs" lines={[`iocage activate ${pool.name}`, 'iocage get -p']} />
        <LastFailure pool={pool.name} />
        <ActivatePool key={pool.name} pool={pool} variant="primary" />
      </div>
    </Panel>
  )
}

/** How the last try ended. */
function LastFailure({ pool }: { pool: string }) {
  const last = useJobs()
    .filter((job) => job.kind === 'pool.activate' && job.target === pool)
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))[0]
  useWatchJob(last?.id, last !== undefined && last.failure !== null)
  if (last === undefined) return null
  return (
    <JobFailure
      job={last}
      actions={
        <ButtonLink size="sm" href={jobPath(last.id)}>
          Output
        </ButtonLink>
      }
    />
  )
}
