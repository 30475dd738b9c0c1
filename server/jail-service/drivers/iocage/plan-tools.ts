import type { Jail } from '@/lib/jail.ts'
import type { JailVerb } from '@/lib/capabilities.ts'
import { jailRefusal } from '@/lib/capabilities.ts'
import { PanelError } from '@/lib/errors.ts'
import type { JobFailure, JobPlan, JobStep } from '../../jobs/job-plan.ts'
import type { PlannerWorld } from '../driver.ts'
import type { Dialect } from './dialect.ts'
import type { FoldedJail } from './fold-jail.ts'
import type { ExactJail } from './iocage-argv.ts'
import type { IocageState } from './iocage-driver.ts'

/** Time limits of commands in milliseconds (security.md, section 3); generous where killing leaves a half jail. */
export const LIMIT_MS = {
  state: 180_000,
  set: 60_000,
  create: 900_000,
  destroy: 900_000,
  activate: 60_000,
  fetch: 3_600_000,
} as const

/** How long the host may take to show what a command that succeeded has done, in milliseconds. */
const SHOWS_WITHIN_MS = 5_000
/** The same after a command that failed: what it did stands already. */
const FAILED_SHOWS_WITHIN_MS = 600

/** What every plan is made with. */
export interface PlanTools {
  state: IocageState
  world: PlannerWorld
}

/** One plan with what speaks against it and what it takes along. */
export interface Planned {
  plan: JobPlan
  problems: string[]
  effects: string[]
}

/** A jail that iocage keeps, with how to name it; throws `not_found` when it is gone or somebody else's. */
export function jailToChange(
  { state, world }: PlanTools,
  id: string,
): { jail: Jail; folded: FoldedJail; exact: ExactJail } {
  const jail = world.find(id)
  if (jail === undefined)
    throw new PanelError('not_found', 'This jail is gone.', { hint: 'It was destroyed or renamed meanwhile.' })
  const folded = state.find(id)
  if (folded === undefined) throw new PanelError('conflict', jail.readOnly ?? `${jail.tag} is not kept by iocage.`)
  return { jail, folded, exact: { word: folded.exactName, dialect: folded.dialect } }
}

/** Locks of everything that touches a jail: creating one knows only the tag. */
export const jailLocks = ({ id, tag }: Pick<Jail, 'id' | 'tag'>): string[] => [id, `tag:${tag}`]

/**
 * Lock of what makes or removes a jail's folder. The older iocage reads all jails at every command and ends at the
 * first folder without a configuration (contract, list), as each is while it is made: one at a time there, and whatever
 * else iocage does on a jail holds it shared.
 */
export const folderLocks = (dialect: Dialect): string[] => (dialect === 'uuid-tag' ? ['iocage:folders'] : [])

/** A jail as somebody saw it who wants it changed. */
export interface SeenJail {
  id: string
  /** Of the jail that was shown; without it that of the plan counts. */
  guid?: string | undefined
}

const ANOTHER = 'is another jail now than the one that was shown: that one was destroyed, and this was made anew.'

/** Why a jail is not the one that was seen; undefined when it is, or when that cannot be told yet. */
export const seenProblem = ({ tag, guid }: Jail, seen: SeenJail): string | undefined =>
  seen.guid === undefined || guid === null || guid === seen.guid ? undefined : `${tag} ${ANOTHER}`

/**
 * Refuses another jail of the same name: of a jail that is known by its name alone zfs is asked now, since what we know of
 * it may be older than the jail.
 */
async function refuseAnother({ state, world }: PlanTools, { jail, dialect, folder }: FoldedJail, guid: string) {
  const dataset = dialect === 'name' ? state.datasetOf(folder) : undefined
  if (dataset === undefined || (await world.guid(dataset)) === guid) return
  throw new PanelError('conflict', `${jail.tag} ${ANOTHER}`, { hint: 'Look at it first. Nothing was changed.' })
}

/**
 * Checks, right before the first command, that the jail is still there under this identity and in the right state. `guid`:
 * its dataset when the change was asked for; null when that was not known.
 */
export async function stillAllows(tools: PlanTools, id: string, verb: JailVerb, guid: string | null): Promise<void> {
  const { state, world } = tools
  await world.look()
  const jail = world.find(id)
  // The table keeps a row for a moment longer than its folder, which is too long here: iocage would take another jail.
  const folded = state.find(id)
  if (jail === undefined || folded === undefined)
    throw new PanelError('not_found', 'This jail is gone.', { hint: 'It was destroyed or renamed meanwhile.' })
  const refusal = jailRefusal(verb, jail)
  if (refusal !== undefined) throw new PanelError('conflict', refusal)
  if (guid !== null) await refuseAnother(tools, folded, guid)
}

/** Why iocage cannot be asked for anything now; empty when it can. */
export function iocageProblems({ state }: PlanTools): string[] {
  const unusable = state.unusable()
  return unusable === undefined ? [] : [`${unusable.summary} ${unusable.hint}`]
}

/** Whether the host shows, now or soon, what a command was asked for; its end tells how long to wait. */
export async function came(
  { world }: PlanTools,
  condition: () => boolean,
  { exitCode }: { exitCode: number | null },
): Promise<boolean> {
  await world.look() // what was seen before the command ended may have been a passing state
  return world.waitFor(condition, exitCode === 0 ? SHOWS_WITHIN_MS : FAILED_SHOWS_WITHIN_MS)
}

/** A step of a plan. */
export const step = (argv: JobStep['argv'], timeoutMs: number): JobStep => ({ argv, timeoutMs })

/** The failure of something that did not come true. */
export const failed = (message: string, hint: string): JobFailure => ({ message, hint })
