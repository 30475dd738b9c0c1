import type { Job, JobState } from '@/lib/job.ts'
import { isActive } from '@/lib/job.ts'

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

/** A progress line without the bar that is drawn in it: `Downloading: base.txz 5.0M/36.7M`; other lines as they are. */
export const progressWords = (line: string): string =>
  /\d%/.test(line)
    ? line
        .replace(/\|[^|]*\||\[[#=\->. ]*\]/g, ' ')
        .replace(/:?\s*\d{1,3}(?:\.\d+)?%/, ' ')
        .replace(/\s+/g, ' ')
        .trim()
    : line

/** A job that ended without doing what was asked, by nobody's wish: someone should look. */
export const needsLook = ({ state }: Pick<Job, 'state'>): boolean => jobStateWords[state].tone === 'bad'

export interface Strip {
  /** What the strip is about; undefined while nothing happened lately. */
  shown: Job | undefined
  running: number
  waiting: number
  /** Failures that nobody here has looked at, latest first. */
  unseen: readonly Job[]
}

const time = ({ endedAt, createdAt }: Job) => endedAt ?? createdAt

/**
 * What the strip shows: the oldest running job, else the oldest waiting one, else the latest failure of this person's
 * that was not seen, else the job that ended last. Parts of a bulk action stand under it.
 */
export function stripJobs(jobs: readonly Job[], userName: string, seen: ReadonlySet<string>): Strip {
  const top = jobs.filter(({ parentId }) => parentId === null)
  const running = top.filter(({ state }) => state === 'running')
  const waiting = top.filter(({ state }) => state === 'waiting')
  const ended = top.filter((job) => !isActive(job)).toSorted((a, b) => time(b).localeCompare(time(a)))
  const unseen = ended.filter((job) => needsLook(job) && job.actor === userName && !seen.has(job.id))
  const oldest = (list: readonly Job[]) => list.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))[0]
  return {
    shown: oldest(running) ?? oldest(waiting) ?? unseen[0] ?? ended[0],
    running: running.length,
    waiting: waiting.length,
    unseen,
  }
}
