import type { Argv, JobKind } from '@/lib/job.ts'

/** One command of a job. */
export interface JobStep {
  argv: Argv
  /** Longest run in milliseconds; then TERM, 10 s, KILL to its process group. */
  timeoutMs: number
}

/** What went wrong, for people: `message` what happened and what it means, `hint` what to do. */
export interface JobFailure {
  message: string
  hint: string
}

/** What a driver answers when it is asked for a change: everything that the job engine needs to run it. */
export interface JobPlan {
  kind: JobKind
  title: string
  jailId: string | null
  target: string
  /** Jobs with a lock in common run one after the other: jail ids and tags, `pool`, `release:NAME`. */
  locks: readonly string[]
  /** Locks that it may hold together with others that share them, not with one that has them among its `locks`. */
  sharedLocks?: readonly string[]
  steps: readonly JobStep[]
  cancellable: boolean
  /**
   * Called right before the first command, with the locks held: throws a PanelError (`conflict`, `not_found`) when the
   * world is not as it was when the plan was made. Nothing has run then.
   */
  precheck?: () => Promise<void>
  /**
   * Says from the host, not from the exit code, whether what was asked for is now true (iocage's exit codes mislead).
   * Called after the last step, also when a step failed; `output` is what was printed, as text.
   */
  verify: (run: { exitCode: number | null; output: string }) => Promise<JobFailure | undefined>
  /** The jail that the job has made, once it is there: its jobs are found by it from then on. */
  madeJailId?: () => string | undefined
  /** Commands that remove what a failed, cancelled or timed-out job left half-made; decided when that happens. */
  cleanUp?: () => Promise<readonly JobStep[]>
  /** Part done (0 to 1) that a line of output tells; undefined when it tells nothing. */
  progress?: (line: string) => number | undefined
}

/** Several plans as one bulk action: a parent row with children that run in parallel up to the limit. */
export interface BulkPlan {
  title: string
  children: readonly JobPlan[]
}
