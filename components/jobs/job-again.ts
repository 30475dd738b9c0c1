import type { Capability } from '@/lib/capabilities.ts'
import { jailRefusal } from '@/lib/capabilities.ts'
import type { Jail } from '@/lib/jail.ts'
import type { Job } from '@/lib/job.ts'
import { isActive } from '@/lib/job.ts'

const jailVerbs = {
  'jail.start': 'start',
  'jail.stop': 'stop',
  'jail.restart': 'restart',
  'jail.convertToTemplate': 'convertToTemplate',
  'jail.convertToJail': 'convertToJail',
} as const

/** What doing a job once more would ask for. */
export type Again =
  | { verb: keyof typeof jailVerbs; input: { id: string } }
  | { verb: 'jail.bulk'; input: { jails: { id: string }[]; action: 'start' | 'stop' | 'restart' } }
  | { verb: 'release.fetch'; input: { release: string } }
  | { verb: 'pool.activate'; input: { pool: string } }

const rights: Record<Again['verb'], Capability> = {
  'jail.start': 'jail:start',
  'jail.stop': 'jail:stop',
  'jail.restart': 'jail:stop',
  'jail.convertToTemplate': 'jail:configure',
  'jail.convertToJail': 'jail:configure',
  'jail.bulk': 'jail:stop',
  'release.fetch': 'release:fetch',
  'pool.activate': 'host:configure',
}

/**
 * How an ended job can be done again, with the right that it takes and why its jail does not allow it now; undefined
 * where that makes no sense: what is done once, or what was typed into a form that the job does not keep.
 */
export function againOf(
  job: Job,
  children: readonly Job[],
  jailOf: (id: string) => Jail | undefined,
): { again: Again; right: Capability; refusal: string | undefined } | undefined {
  if (isActive(job)) return undefined
  const failed = job.state !== 'succeeded'
  const of = (again: Again, refusal?: string) => ({ again, right: rights[again.verb], refusal })
  switch (job.kind) {
    case 'jail.start':
    case 'jail.stop':
    case 'jail.restart':
    case 'jail.convertToTemplate':
    case 'jail.convertToJail': {
      if (job.jailId === null || (!failed && job.kind !== 'jail.restart')) return undefined
      const jail = jailOf(job.jailId)
      const refusal = jail === undefined ? `${job.target} is gone.` : jailRefusal(jailVerbs[job.kind], jail)
      return of({ verb: job.kind, input: { id: job.jailId } }, refusal)
    }
    case 'bulk': {
      const left = children.filter(({ state, jailId }) => state !== 'succeeded' && jailId !== null)
      const kind = left[0]?.kind
      if (!failed || (kind !== 'jail.start' && kind !== 'jail.stop' && kind !== 'jail.restart')) return undefined
      const jails = left.map(({ jailId }) => ({ id: jailId ?? '' }))
      return of({ verb: 'jail.bulk', input: { jails, action: jailVerbs[kind] } })
    }
    case 'release.fetch':
      return failed ? of({ verb: 'release.fetch', input: { release: job.target } }) : undefined
    case 'pool.activate':
      return failed ? of({ verb: 'pool.activate', input: { pool: job.target } }) : undefined
    case 'jail.create':
    case 'jail.set':
    case 'jail.destroy':
      return undefined
  }
}
