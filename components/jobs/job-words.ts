import type { Job, JobState } from '@/lib/job.ts'

/** How a job's state is said and which colour goes with it; colour is never the only sign. */
export const jobStateWords: Record<JobState, { word: string; tone: 'neutral' | 'up' | 'changing' | 'bad' }> = {
  waiting: { word: 'waiting', tone: 'neutral' },
  running: { word: 'running', tone: 'changing' },
  succeeded: { word: 'done', tone: 'up' },
  failed: { word: 'failed', tone: 'bad' },
  cancelled: { word: 'cancelled', tone: 'neutral' },
  timed_out: { word: 'timed out', tone: 'bad' },
  interrupted: { word: 'interrupted', tone: 'bad' },
}

/** How long a job has run or ran, as `0.4 s`, `12 s`, `3 min 20 s`; undefined before its start. `now` in ms. */
export function jobDuration(job: Pick<Job, 'startedAt' | 'endedAt'>, now: number): string | undefined {
  if (job.startedAt === null) return undefined
  const ms = (job.endedAt === null ? now : Date.parse(job.endedAt)) - Date.parse(job.startedAt)
  if (ms < 0) return '0 s'
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`
  const seconds = Math.round(ms / 1_000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** The active jobs in the order of the strip: running before waiting, older before newer. Children stand under their parent. */
export function stripJobs(jobs: readonly Job[]): { shown: Job | undefined; running: number; waiting: number } {
  const top = jobs.filter(({ parentId }) => parentId === null)
  const running = top.filter(({ state }) => state === 'running')
  const waiting = top.filter(({ state }) => state === 'waiting')
  const oldest = (list: readonly Job[]) => list.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))[0]
  return { shown: oldest(running) ?? oldest(waiting), running: running.length, waiting: waiting.length }
}
