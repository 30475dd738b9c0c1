'use client'

import { useIsMutating, useMutation, useQueryClient } from '@tanstack/react-query'
import type { WireError } from '@/lib/errors.ts'
import type { Job } from '@/lib/job.ts'
import type { Result } from '@/lib/result.ts'
import { activatePool, fetchRelease } from '@/server/panel/actions/host.ts'
import { convertToTemplate, createJails, setJailProperty, startJail, stopJail } from '@/server/panel/actions/jails.ts'
import { newChangeId } from '../live/change-id.ts'
import { jobEnd } from '../live/job-end.ts'
import type { GuideChange, GuideStepId } from './guide-steps.ts'

class StepFailed extends Error {
  override name = 'StepFailed'
  constructor(readonly error: WireError) {
    super(error.message)
  }
}

function request(change: GuideChange): Promise<Result<Job>> {
  const id = newChangeId()
  switch (change.verb) {
    case 'pool.activate':
      return activatePool(change.input, id)
    case 'release.fetch':
      return fetchRelease(change.input, id)
    case 'jail.create':
      return createJails(change.input, id)
    case 'jail.set':
      return setJailProperty(change.input, id)
    case 'jail.start':
      return startJail(change.input, id)
    case 'jail.stop':
      return stopJail(change.input, id)
    case 'jail.convertToTemplate':
      return convertToTemplate(change.input, id)
  }
}

/**
 * Makes the changes of a step one after the other: each begins when the job before has succeeded. `refused` is what the
 * service said instead of making a job; why a job failed stands in the job.
 */
export function useRunChanges(stepId: GuideStepId) {
  const client = useQueryClient()
  const mutationKey = ['guide', stepId]
  const mutation = useMutation<void, Error, readonly GuideChange[]>({
    mutationKey,
    mutationFn: async (changes) => {
      for (const change of changes) {
        const answer = await request(change)
        if (!answer.ok) throw new StepFailed(answer.error)
        const job = await jobEnd(client, answer.value)
        if (job.state !== 'succeeded') return
      }
    },
    onError: (error) => {
      if (error instanceof StepFailed && error.error.code === 'unauthenticated') window.location.reload()
    },
  })
  return {
    run: mutation.mutate,
    // Also when the page was left and opened again meanwhile.
    pending: useIsMutating({ mutationKey }) > 0,
    refused:
      mutation.error === null
        ? undefined
        : mutation.error instanceof StepFailed
          ? [mutation.error.error.message, mutation.error.error.hint].filter((part) => part !== undefined).join(' ')
          : 'The panel cannot be reached. Whether the step was done shows when the connection is back.',
  }
}
