import type { QueryClient } from '@tanstack/react-query'
import type { Snapshot } from '@/lib/contract/host-verbs.ts'
import type { ServiceEvent } from '@/lib/events.ts'
import type { Jail } from '@/lib/jail.ts'
import type { Job, JobLine } from '@/lib/job.ts'
import { isActive } from '@/lib/job.ts'
import { liveKeys } from './live-keys.ts'
import { readKey } from './read-query.ts'

/** Ended jobs that stay at hand for the strip and for pages about one jail. */
const ENDED_KEPT = 50
/** Lines of one job kept from events; older ones are read from the service. */
const LINES_KEPT = 2_000

/** Puts a snapshot into the cache: from here on events continue it. */
export function putSnapshot(client: QueryClient, snapshot: Snapshot): void {
  client.setQueryData(liveKeys.host, snapshot.host)
  client.setQueryData(liveKeys.jails, snapshot.jails)
  client.setQueryData(liveKeys.releases, snapshot.releases)
  client.setQueryData(liveKeys.jobs, snapshot.jobs)
}

/** A job in a list of jobs: replaced, or added; the oldest ended ones go. */
export function withJob(jobs: readonly Job[], job: Job): Job[] {
  const next = jobs.some(({ id }) => id === job.id)
    ? jobs.map((known) => (known.id === job.id ? job : known))
    : [...jobs, job]
  const ended = next.filter((known) => !isActive(known))
  if (ended.length <= ENDED_KEPT) return next
  const gone = new Set(
    ended
      .toSorted((a, b) => (a.endedAt ?? '').localeCompare(b.endedAt ?? ''))
      .slice(0, ended.length - ENDED_KEPT)
      .map(({ id }) => id),
  )
  return next.filter(({ id }) => !gone.has(id))
}

/** Puts the job that a change was answered with into the cache, unless events know it better already. */
export function putNewJob(client: QueryClient, job: Job): void {
  client.setQueryData<Job[]>(liveKeys.jobs, (jobs = []) =>
    jobs.some(({ id }) => id === job.id) ? jobs : withJob(jobs, job),
  )
}

/** Two runs of lines as one, in order; a line that was redrawn replaces its former text. */
export function mergeLines(known: readonly JobLine[], more: readonly JobLine[]): JobLine[] {
  if (more.length === 0) return [...known]
  const last = known.at(-1)
  if (last === undefined || more.every(({ n }, index) => n > (index === 0 ? last.n : (more[index - 1]?.n ?? -1))))
    return [...known, ...more]
  const byNumber = new Map(known.map((line) => [line.n, line]))
  for (const line of more) byNumber.set(line.n, line)
  return [...byNumber.values()].toSorted((a, b) => a.n - b.n)
}

/** Whether one event calls for another login or a new page. */
export type Applied = 'applied' | 'reload'

/** Patches the cache by events that came together: one render for a burst. */
export function applyEvents(client: QueryClient, events: readonly ServiceEvent[]): Applied {
  const changedJails = new Map<string, Jail | undefined>()
  const changedJobs = new Map<string, Job>()
  const newLines = new Map<string, JobLine[]>()
  const stale = new Set<Parameters<typeof readKey>[0]>()
  let reload = false

  for (const event of events)
    switch (event.type) {
      case 'hello':
      case 'nothing':
        break
      case 'jail.changed':
        changedJails.set(event.jail.id, event.jail)
        break
      case 'jail.removed':
        changedJails.set(event.id, undefined)
        break
      case 'releases.changed':
        client.setQueryData(liveKeys.releases, event.releases)
        break
      case 'host.changed':
        client.setQueryData(liveKeys.host, event.hostState)
        break
      case 'job.changed':
        changedJobs.set(event.job.id, event.job)
        break
      case 'job.output':
        newLines.set(event.jobId, mergeLines(newLines.get(event.jobId) ?? [], event.lines))
        break
      case 'network.changed':
        stale.add('host.network').add('host.proposeAddress')
        break
      case 'storage.changed':
        stale.add('host.storage').add('jail.detail')
        break
      case 'consoles.changed':
        stale.add('console.list').add('recording.list').add('recording.policy')
        break
      case 'session.changed':
        reload = true
        break
    }

  if (changedJails.size > 0) {
    client.setQueryData<Jail[]>(liveKeys.jails, (jails = []) => {
      const known = new Set(jails.map(({ id }) => id))
      const kept = jails.flatMap((jail) => {
        if (!changedJails.has(jail.id)) return [jail]
        const next = changedJails.get(jail.id)
        return next === undefined ? [] : [next]
      })
      const added = [...changedJails].flatMap(([id, jail]) => (known.has(id) || jail === undefined ? [] : [jail]))
      return [...kept, ...added]
    })
    for (const id of changedJails.keys()) void client.invalidateQueries({ queryKey: readKey('jail.detail', { id }) })
    stale.add('host.network').add('change.preview')
  }
  if (changedJobs.size > 0) {
    const known = new Map(client.getQueryData<Job[]>(liveKeys.jobs)?.map(({ id, state }) => [id, state]))
    client.setQueryData<Job[]>(liveKeys.jobs, (jobs = []) =>
      [...changedJobs.values()].reduce<Job[]>((list, job) => withJob(list, job), jobs),
    )
    for (const job of changedJobs.values()) {
      // A job that runs tells its progress five times a second: pages lay that over what they read.
      if (known.get(job.id) === job.state) continue
      stale.add('job.list')
      void client.invalidateQueries({ queryKey: readKey('job.detail', { id: job.id }) })
      if (job.parentId !== null)
        void client.invalidateQueries({ queryKey: readKey('job.detail', { id: job.parentId }) })
      if (!isActive(job)) stale.add('audit.list')
    }
  }
  for (const [jobId, lines] of newLines)
    client.setQueryData<JobLine[]>(liveKeys.jobLines(jobId), (known = []) =>
      mergeLines(known, lines).slice(-LINES_KEPT),
    )
  for (const verb of stale) void client.invalidateQueries({ queryKey: readKey(verb) })
  return reload ? 'reload' : 'applied'
}
