'use client'

import { Power } from 'lucide-react'
import { useState } from 'react'
import type { Pool } from '@/lib/host.ts'
import { isActive } from '@/lib/job.ts'
import { activatePool } from '@/server/panel/actions/host.ts'
import { useWatchJob } from '../jobs/watched-jobs.ts'
import { useChange } from '../live/use-change.ts'
import { useHost, useJobs } from '../live/use-live-data.ts'
import { useCan } from '../live/use-rights.ts'
import { Button } from '../ui/button.tsx'

/** Why a pool cannot be made the active one now; undefined when it can. */
export function useActivateRefusal(pool: Pool): string | undefined {
  const { pools, capabilities } = useHost()
  const refusal = useCan('host:configure')
  const active = pools.find((one) => one.active)
  if (refusal !== undefined) return refusal
  if (capabilities.canActivatePool !== null && capabilities.canActivatePool !== undefined)
    return capabilities.canActivatePool
  if (pool.health !== '' && pool.health !== 'ONLINE')
    return `${pool.name} is ${pool.health}, and iocage wants it ONLINE. zpool status says what is wrong.`
  if (active !== undefined && active.name !== pool.name)
    return `${active.name} is active. With another one its jails would vanish from every list: iocage works with one pool at a time. Deactivate it in a terminal first (iocage deactivate ${active.name}).`
  return undefined
}

interface ActivatePoolProps {
  pool: Pool
  variant?: 'primary' | 'secondary'
}

/** Makes a pool the one that iocage keeps its jails in. */
export function ActivatePool({ pool, variant = 'secondary' }: ActivatePoolProps) {
  const refusal = useActivateRefusal(pool)
  const activate = useChange(activatePool, { onSuccess: ({ id }) => setJobId(id) })
  const [jobId, setJobId] = useState<string>()
  const running = useJobs().find((job) => job.kind === 'pool.activate' && job.target === pool.name && isActive(job))
  useWatchJob(running?.id ?? jobId, false)
  return (
    <Button
      size={variant === 'primary' ? 'md' : 'sm'}
      variant={variant}
      icon={Power}
      disabledReason={refusal}
      pending={activate.pending || running !== undefined}
      onClick={() => activate.run({ pool: pool.name })}
    >
      Activate {pool.name}
    </Button>
  )
}
