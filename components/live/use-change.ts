'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Job } from '@/lib/job.ts'
import type { WireError } from '@/lib/errors.ts'
import type { Result } from '@/lib/result.ts'
import { toast } from '../ui/toast.tsx'
import { putNewJob } from './apply-events.ts'
import { newChangeId } from './change-id.ts'
import { withIdentity } from './confirm-identity.ts'
import { readKey } from './read-query.ts'

interface ChangeOptions<Output> {
  /** Where a failure is shown: as a notice (default), or by the caller through `error`. Never both. */
  errors?: 'toast' | 'inline'
  onSuccess?: (output: Output) => void
  onError?: (error: WireError) => void
  /** Before the login: `unauthenticated` is then an answer like others and not the end of a session. */
  atDoor?: boolean
}

export interface Change<Input, Output> {
  run: (input: Input) => void
  pending: boolean
  /** The last failure, while nothing newer was tried. */
  error: WireError | undefined
  /** What the change answered: mostly its job. */
  output: Output | undefined
  reset: () => void
}

class ChangeFailed extends Error {
  override name = 'ChangeFailed'
  constructor(readonly error: WireError) {
    super(error.message)
  }
}

/** A notice of something that failed: what happened, what to do. */
export function toastError(error: WireError): void {
  toast.error(error.message, { ...(error.hint === undefined ? {} : { description: error.hint }) })
}

/**
 * Makes a change by a server action. The row shows *starting* because the job that the service answered with says so;
 * nothing is guessed. A request that broke on the way is sent once more under the same id, so it is never done twice; so
 * is one for which the service asks once more who one is.
 */
export function useChange<Input, Output>(
  action: (input: Input, changeId?: string) => Promise<Result<Output>>,
  { errors = 'toast', onSuccess, onError, atDoor = false }: ChangeOptions<Output> = {},
): Change<Input, Output> {
  const client = useQueryClient()
  const mutation = useMutation<Output, ChangeFailed, Input>({
    mutationFn: async (input) => {
      const changeId = newChangeId()
      const attempt = () => action(input, changeId)
      const sure = () => attempt().catch(attempt)
      let result: Result<Output>
      try {
        result = await (atDoor ? sure() : withIdentity(sure))
      } catch {
        throw new ChangeFailed({
          code: 'unavailable',
          message: 'The panel cannot be reached.',
          hint: 'Whether the change was made shows when the connection is back.',
          requestId: '',
        })
      }
      if (!result.ok) throw new ChangeFailed(result.error)
      return result.value
    },
    onSuccess: (output) => {
      const job = Job.safeParse(output)
      if (job.success) putNewJob(client, job.data)
      void client.invalidateQueries({ queryKey: readKey('audit.list') })
      onSuccess?.(output)
    },
    onError: ({ error }) => {
      onError?.(error)
      if (error.code === 'unauthenticated' && !atDoor) return window.location.reload()
      // Who closes the question who they are knows that nothing was done.
      if (errors === 'toast' && error.code !== 'reauthenticate') toastError(error)
    },
  })
  return {
    run: (input) => mutation.mutate(input),
    pending: mutation.isPending,
    error: mutation.error?.error,
    output: mutation.data,
    reset: mutation.reset,
  }
}
