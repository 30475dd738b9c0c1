import type { QueryClient } from '@tanstack/react-query'
import type { Job } from '@/lib/job.ts'
import { isActive } from '@/lib/job.ts'
import { putNewJob } from './apply-events.ts'
import { liveKeys } from './live-keys.ts'

/** The job as it stands when it has ended, told by live events: for what can only begin after it. */
export function jobEnd(client: QueryClient, job: Job): Promise<Job> {
  putNewJob(client, job)
  const ended = () =>
    client.getQueryData<Job[]>(liveKeys.jobs)?.find((known) => known.id === job.id && !isActive(known))
  return new Promise((resolve) => {
    const already = ended()
    if (already !== undefined) return resolve(already)
    const unsubscribe = client.getQueryCache().subscribe(() => {
      const now = ended()
      if (now === undefined) return
      unsubscribe()
      resolve(now)
    })
  })
}
