import type { VerbParsedInput } from '@/lib/contract/verbs.ts'
import type { Dataset, Host, NetworkInterface, Release } from '@/lib/host.ts'
import type { Jail } from '@/lib/jail.ts'
import type { BulkPlan, JobPlan } from '../jobs/job-plan.ts'

/** A jail as its manager keeps it; whether it runs is the kernel's to say. */
export interface DrivenJail {
  jail: Omit<Jail, 'host' | 'jid'>
  /** Its name in the kernel when it runs. */
  kernelName: string
  /** Its root folder on the host. */
  rootPath: string
  /** Datasets that are its own, with what lies below them. */
  dataset: string | undefined
}

/** What a manager keeps on disk at one moment. */
export interface DriverReading {
  jails: readonly DrivenJail[]
  /** Fetched releases, and those that a mirror offers; who uses them is filled in by the inventory. */
  releases: readonly Omit<Release, 'usedBy'>[]
}

export type DriverStatus = Pick<Host, 'driver' | 'capabilities' | 'pools' | 'problems'>

/** A property with the value in force. */
export interface PropertyValue {
  name: string
  value: string
  isDefault: boolean
}

/** A manager of jails: what it keeps, what it can do. Nothing here throws; what is wrong stands in `status().problems`. */
export interface Driver {
  readonly name: string
  status(): DriverStatus
  /**
   * Asks the host what files do not tell cheaply: versions, pools, where things are. Some 0.1 to 1 s, more when a
   * command hangs; `onPlace` is called as soon as it is known where things are.
   */
  probe(onPlace: () => void): Promise<void>
  /** Whether it was ever asked where things are: before that, a running jail cannot be told to be nobody's. */
  isPlaced(): boolean
  /** Looks at the files, reading those that changed. Cheap enough to be called several times a second. */
  read(): DriverReading
  /** Completes what the last reading could not know from files; true when another reading would show more. */
  refine(): Promise<boolean>
  /** Folders, as seen from here, in which a change of the host leaves a trace. */
  watchedFolders(): readonly string[]
  /** All properties of a jail with the value in force, sorted by name; empty for a jail that is not its own. */
  properties(id: string): readonly PropertyValue[]
  /** Releases that an earlier service began to fetch and did not finish: not whole until they are fetched again. */
  doubtReleases(names: readonly string[]): void
  /** Plans of changes, checked against the world as it is now. */
  planner(world: PlannerWorld): Planner
}

/** What a planner may ask about the host beyond its own driver. */
export interface PlannerWorld {
  jails(): readonly Jail[]
  releases(): readonly Release[]
  find(id: string): Jail | undefined
  /** Reads what runs and the files again, now: some 10 ms. */
  look(): Promise<void>
  /** Reads everything again, now, also what only zfs tells. */
  refresh(): Promise<void>
  /** Whether a condition came true within a time, looking again as the host changes. */
  waitFor(condition: () => boolean, timeoutMs: number): Promise<boolean>
  interfaces(): Promise<NetworkInterface[]>
  datasets(): Promise<Dataset[]>
  /** What tells a dataset from a later one of the same name, asked now; undefined when there is none. Throws CommandUnusable. */
  guid(dataset: string): Promise<string | undefined>
}

/** Changes that a driver can plan. */
export type PlannedVerb =
  | 'jail.start'
  | 'jail.stop'
  | 'jail.restart'
  | 'jail.create'
  | 'jail.set'
  | 'jail.convertToTemplate'
  | 'jail.convertToJail'
  | 'jail.destroy'
  | 'jail.bulk'
  | 'pool.activate'
  | 'release.fetch'

export type Change = { [Verb in PlannedVerb]: { verb: Verb; input: VerbParsedInput<Verb> } }[PlannedVerb]

/** A plan with what speaks against it. */
export interface PlannedChange {
  plan: JobPlan | BulkPlan
  /** Per plan (the bulk's children in order): why it would be refused, in sentences. Empty: it may run. */
  problems: readonly (readonly string[])[]
  /** Per plan: what else happens, in sentences: what a destroy takes along. */
  effects: readonly (readonly string[])[]
}

export interface Planner {
  /** The commands of a change and what speaks against it; throws PanelError where there is nothing to plan. */
  plan(change: Change): Promise<PlannedChange>
}
