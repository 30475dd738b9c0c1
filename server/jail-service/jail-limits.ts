import type { Actor } from '@/lib/account.ts'
import type { VerbName, VerbOutput } from '@/lib/contract/verbs.ts'
import { isVerbName, verbNamed } from '@/lib/contract/verbs.ts'
import type { ServiceEvent } from '@/lib/events.ts'
import type { Jail } from '@/lib/jail.ts'
import { isWithin } from '@/lib/jail-scope.ts'
import type { Job } from '@/lib/job.ts'

/** What must be known of the host to say whose a jail is. */
export interface JailFinder {
  findJail(id: string): Jail | undefined
  /** Throws `not_found`. */
  findJob(id: string): Job
}

/** Verbs about jails that name none in their input and look after their own limits. */
const OWN_LIMITS: ReadonlySet<string> = new Set([
  'console.list', // the caller's own consoles
  'console.close',
] satisfies VerbName[])

/** Rights that are about jails: over which ones, the limits say. */
const isAboutJails = (name: VerbName): boolean => verbNamed(name).access.startsWith('jail:')

interface Named {
  ids: readonly string[]
  tags: readonly string[]
}

/** The jails that an input names: by their id, and by the tag that they are to have. */
function namedBy(input: unknown): Named {
  const { id, jails, tag, newTag } = input as Record<string, unknown>
  const several = Array.isArray(jails) ? (jails as { id?: unknown; tag?: unknown }[]) : []
  const texts = (values: unknown[]) => values.filter((value): value is string => typeof value === 'string')
  return {
    ids: texts([id, ...several.map((jail) => jail.id)]),
    tags: texts([tag, newTag, ...several.map((jail) => jail.tag)]),
  }
}

/** Whether a caller's limits allow a call. What a verb about jails does not name is refused: nothing slips through. */
export function isWithinLimits(name: VerbName, input: unknown, actor: Actor, finder: JailFinder): boolean {
  const limits = actor.jailLimits ?? []
  if (limits.length === 0) return true
  if (name === 'job.cancel') return seesJob(finder.findJob((input as { id: string }).id), actor, finder)
  if (name === 'change.preview') {
    const { verb, input: asked } = input as { verb: string; input: unknown }
    return isVerbName(verb) && isAboutJails(verb) && isObject(asked) && isWithinLimits(verb, asked, actor, finder)
  }
  if (!isAboutJails(name) || OWN_LIMITS.has(name)) return true
  const { ids, tags } = namedBy(input)
  const all = [...ids.map((id) => finder.findJail(id)?.tag), ...tags]
  return all.length > 0 && all.every((tag) => tag !== undefined && isWithin(limits, tag))
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null

/** Whether a caller may know of a job: it is about a jail of theirs, or they asked for it themselves. */
function seesJob({ jailId, actor: asked }: Job, actor: Actor, finder: JailFinder): boolean {
  const tag = jailId === null ? undefined : finder.findJail(jailId)?.tag
  return asked === actor.userName || (tag !== undefined && isWithin(actor.jailLimits ?? [], tag))
}

/** An answer without what a caller's limits keep from them. */
export function narrowOutput(name: VerbName, output: unknown, actor: Actor, finder: JailFinder): unknown {
  const limits = actor.jailLimits ?? []
  if (limits.length === 0) return output
  const mine = ({ tag }: { tag: string }) => isWithin(limits, tag)
  const jobs = (all: Job[]) => all.filter((job) => seesJob(job, actor, finder))
  switch (name) {
    case 'host.snapshot': {
      const snapshot = output as VerbOutput<'host.snapshot'>
      return { ...snapshot, jails: snapshot.jails.filter(mine), jobs: jobs(snapshot.jobs) }
    }
    case 'host.proposeAddress': {
      const { addresses, inUse } = output as VerbOutput<'host.proposeAddress'>
      return { addresses, inUse: inUse.map(({ address, by }) => ({ address, by: mine({ tag: by }) ? by : 'another' })) }
    }
    case 'job.list': {
      const { jobs: all, more } = output as VerbOutput<'job.list'>
      return { jobs: jobs(all), more }
    }
    case 'job.detail': {
      const detail = output as VerbOutput<'job.detail'>
      return seesJob(detail.job, actor, finder) ? { ...detail, children: jobs(detail.children) } : undefined
    }
    case 'jail.detail': {
      const detail = output as VerbOutput<'jail.detail'>
      const isMine = (id: string) => mine({ tag: finder.findJail(id)?.tag ?? '' })
      return { ...detail, children: detail.children.filter(isMine) }
    }
    default:
      return output
  }
}

/** An event as a caller with limits gets it: what is not theirs is an event about nothing, so that no number is missing. */
export function narrowEvent(event: ServiceEvent, actor: Actor, finder: JailFinder): ServiceEvent {
  const limits = actor.jailLimits ?? []
  if (limits.length === 0) return event
  const { epoch, seq, host } = event
  const nothing: ServiceEvent = { type: 'nothing', epoch, seq, host }
  switch (event.type) {
    case 'jail.changed':
      return isWithin(limits, event.jail.tag) ? event : nothing
    case 'job.changed':
      return seesJob(event.job, actor, finder) ? event : nothing
    case 'job.output':
      return seesJobById(event.jobId, actor, finder) ? event : nothing
    default:
      return event
  }
}

function seesJobById(id: string, actor: Actor, finder: JailFinder): boolean {
  try {
    return seesJob(finder.findJob(id), actor, finder)
  } catch {
    return false // gone meanwhile
  }
}
