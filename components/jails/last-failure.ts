import type { Jail } from '@/lib/jail.ts'
import type { Job } from '@/lib/job.ts'
import { isActive } from '@/lib/job.ts'

/**
 * The job about a jail that did not do what was asked, while nothing newer happened to it: no later job, and the host
 * does not show by itself what the job was to bring about.
 */
export function lastFailure(jobs: readonly Job[], jail: Pick<Jail, 'id' | 'state'>): Job | undefined {
  const last = jobs
    .filter(({ jailId }) => jailId === jail.id)
    .reduce<Job | undefined>(
      (newest, job) => (newest === undefined || job.createdAt > newest.createdAt ? job : newest),
      undefined,
    )
  if (last === undefined || isActive(last) || last.state === 'succeeded' || last.state === 'cancelled') return undefined
  // A start that went wrong in part leaves the jail up and says so; one that brought nothing about was made good since.
  if (last.kind === 'jail.start' && jail.state === 'up' && !/ is up\. /.test(last.failure?.message ?? ''))
    return undefined
  if (last.kind === 'jail.stop' && jail.state === 'down') return undefined
  return last
}

const words: Partial<Record<Job['kind'], string>> = {
  'jail.start': 'start',
  'jail.stop': 'stop',
  'jail.restart': 'restart',
  'jail.set': 'change',
  'jail.convertToTemplate': 'convert',
  'jail.convertToJail': 'convert',
  'jail.destroy': 'destroy',
  'jail.create': 'create',
}

/** The failure as a badge says it: `start failed`. */
export const failureWord = (job: Pick<Job, 'kind' | 'state'>): string =>
  `${words[job.kind] ?? 'job'} ${job.state === 'timed_out' ? 'timed out' : job.state}`
