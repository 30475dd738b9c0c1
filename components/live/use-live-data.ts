'use client'

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Host, Release } from '@/lib/host.ts'
import type { Jail } from '@/lib/jail.ts'
import type { Job } from '@/lib/job.ts'
import { activityWord, isActive } from '@/lib/job.ts'
import { liveKeys } from './live-keys.ts'

/** Data that LiveProvider puts into the cache and events patch: there is nothing to fetch. */
function useLiveData<T, Selected = T>(key: readonly string[], select?: (data: T) => Selected): Selected {
  const { data } = useQuery<T, Error, Selected>({
    queryKey: key,
    queryFn: () => Promise.reject(new Error(`${key.join('.')} outside of LiveProvider`)),
    enabled: false,
    // Compared by identity: events replace what they change and nothing else.
    structuralSharing: false,
    ...(select === undefined ? {} : { select }),
  })
  return data as Selected
}

/** The host. */
export const useHost = (): Host => useLiveData<Host>(liveKeys.host)

const ofKind = (kind: Jail['kind']) => (jails: Jail[]) => jails.filter((jail) => jail.kind === kind)
const onlyJails = ofKind('jail')
const onlyTemplates = ofKind('template')

/** All jails that are no templates. */
export const useJails = (): Jail[] => useLiveData<Jail[], Jail[]>(liveKeys.jails, onlyJails)
/** All templates. */
export const useTemplates = (): Jail[] => useLiveData<Jail[], Jail[]>(liveKeys.jails, onlyTemplates)
/** Jails and templates. */
export const useAllJails = (): Jail[] => useLiveData<Jail[]>(liveKeys.jails)

/** One jail or template by its id; undefined when it is not or no longer there. */
export function useJail(id: string): Jail | undefined {
  const jails = useAllJails()
  return useMemo(() => jails.find((jail) => jail.id === id), [jails, id])
}

/** Releases: fetched, and offered by the mirror. */
export const useReleases = (): Release[] => useLiveData<Release[]>(liveKeys.releases)

/** Jobs that wait or run, and those that ended lately. */
export const useJobs = (): Job[] => useLiveData<Job[]>(liveKeys.jobs)

const waitingFirst = { waiting: 1, running: 0 } as const

/** Active jobs by the jail that they are about; the running one where several wait. */
export function useActiveJobs(): ReadonlyMap<string, Job> {
  const jobs = useJobs()
  return useMemo(
    () =>
      new Map(
        jobs
          .filter((job) => isActive(job) && job.jailId !== null)
          .toSorted((a, b) => waitingFirst[b.state as 'waiting'] - waitingFirst[a.state as 'waiting'])
          .map((job) => [job.jailId ?? '', job]),
      ),
    [jobs],
  )
}

/** The job that works on a jail now, with the word for its row: `starting`; undefined when none does. */
export function useJobOf(jailId: string): { job: Job; word: string } | undefined {
  const job = useActiveJobs().get(jailId)
  return useMemo(() => (job === undefined ? undefined : { job, word: activityOf(job) }), [job])
}

/** What a jail's row says while this job is about it: `starting`; `waiting` while another goes first. */
export const activityOf = (job: Job): string =>
  job.state === 'waiting' ? 'waiting' : (activityWord(job.kind) ?? 'changing')
