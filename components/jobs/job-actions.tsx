'use client'

import { RotateCcw, X } from 'lucide-react'
import type { Job } from '@/lib/job.ts'
import type { Result } from '@/lib/result.ts'
import { isActive } from '@/lib/job.ts'
import { activatePool, fetchRelease } from '@/server/panel/actions/host.ts'
import {
  bulkJails,
  convertToJail,
  convertToTemplate,
  restartJail,
  startJail,
  stopJail,
} from '@/server/panel/actions/jails.ts'
import { cancelJob } from '@/server/panel/actions/jobs.ts'
import { useChange } from '../live/use-change.ts'
import { useAllJails } from '../live/use-live-data.ts'
import { useCan, useRefusal } from '../live/use-rights.ts'
import { Button } from '../ui/button.tsx'
import type { Again } from './job-again.ts'
import { againOf } from './job-again.ts'

/** Ends a job that waits or runs. Where it cannot be ended now the button says why. */
export function CancelButton({ job, size = 'sm' }: { job: Job; size?: 'sm' | 'md' }) {
  const cancel = useChange(cancelJob)
  const refusal = useCan('job:cancel')
  if (!isActive(job)) return null
  const ending = job.lastLine === 'Cancelling …'
  const reason =
    refusal ??
    (job.cancellable
      ? undefined
      : ending
        ? 'It is being cancelled.'
        : 'It cannot be cancelled while it runs: ended half-way it would leave things in a worse state.')
  return (
    <Button
      size={size}
      icon={X}
      disabledReason={reason}
      pending={cancel.pending}
      onClick={() => cancel.run({ id: job.id })}
    >
      Cancel
    </Button>
  )
}

function doAgain({ verb, input }: Again, changeId?: string): Promise<Result<Job>> {
  switch (verb) {
    case 'jail.start':
      return startJail(input, changeId)
    case 'jail.stop':
      return stopJail(input, changeId)
    case 'jail.restart':
      return restartJail(input, changeId)
    case 'jail.convertToTemplate':
      return convertToTemplate(input, changeId)
    case 'jail.convertToJail':
      return convertToJail(input, changeId)
    case 'jail.bulk':
      return bulkJails(input, changeId)
    case 'release.fetch':
      return fetchRelease(input, changeId)
    case 'pool.activate':
      return activatePool(input, changeId)
  }
}

interface AgainButtonProps {
  job: Job
  /** Of a bulk action. */
  parts: readonly Job[]
  /** The new job. */
  onAgain: (job: Job) => void
}

/** Does an ended job once more, where that makes sense. */
export function AgainButton({ job, parts, onAgain }: AgainButtonProps) {
  const jails = useAllJails()
  const refusalOf = useRefusal()
  const change = useChange(doAgain, { onSuccess: onAgain })
  const found = againOf(job, parts, (id) => jails.find((jail) => jail.id === id))
  if (found === undefined) return null
  return (
    <Button
      size="sm"
      icon={RotateCcw}
      disabledReason={refusalOf(found.right) ?? found.refusal}
      pending={change.pending}
      onClick={() => change.run(found.again)}
    >
      Do it again
    </Button>
  )
}
