import { z } from 'zod'

/** `interrupted`: the service died while it ran; the inventory tells what the host looks like now. */
export const JobState = z.enum(['waiting', 'running', 'succeeded', 'failed', 'cancelled', 'timed_out', 'interrupted'])
export type JobState = z.infer<typeof JobState>

export const JobKind = z.enum([
  'pool.activate',
  'release.fetch',
  'jail.create',
  'jail.start',
  'jail.stop',
  'jail.restart',
  'jail.set',
  'jail.convertToTemplate',
  'jail.convertToJail',
  'jail.destroy',
  'bulk',
])
export type JobKind = z.infer<typeof JobKind>

/** One command of a job, exactly as it runs: argv without any shell. */
export const Argv = z.array(z.string()).min(1)
export type Argv = z.infer<typeof Argv>

/** One piece of work with output and an end. Its id was made by the caller, so that a repeated request is done once. */
export const Job = z.object({
  id: z.uuid(),
  host: z.string(),
  /** The bulk action that this job is part of. */
  parentId: z.uuid().nullable(),
  kind: JobKind,
  /** For people: `Start www`, `Fetch 11.0-RELEASE`. */
  title: z.string(),
  /** The jail it is about; null while that jail does not exist yet, or when it is about the host. */
  jailId: z.string().nullable(),
  /** Tag, release or pool by name, for display and search after the thing is gone. */
  target: z.string(),
  /** What runs, in order. */
  commands: z.array(Argv),
  state: JobState,
  actor: z.string(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  exitCode: z.number().int().nullable(),
  /** Part done, 0 to 1, where the command tells; null where it does not. */
  progress: z.number().nullable(),
  /** Last meaningful line of output, for the strip. */
  lastLine: z.string(),
  /** Why it did not succeed: what happened, what it means; null otherwise. */
  failure: z.object({ message: z.string(), hint: z.string() }).nullable(),
  cancellable: z.boolean(),
})
export type Job = z.infer<typeof Job>

export const JobLine = z.object({
  /** Order inside the job, from 0. A progress line redrawn in place keeps its number. */
  n: z.number().int(),
  stream: z.enum(['stdout', 'stderr', 'command']),
  text: z.string(),
  at: z.string(),
})
export type JobLine = z.infer<typeof JobLine>

/** Whether a job still changes something or waits to. */
export const isActive = (job: Pick<Job, 'state'>): boolean => job.state === 'waiting' || job.state === 'running'

const doing: Partial<Record<JobKind, string>> = {
  'jail.start': 'starting',
  'jail.stop': 'stopping',
  'jail.restart': 'restarting',
  'jail.create': 'creating',
  'jail.set': 'changing',
  'jail.convertToTemplate': 'converting',
  'jail.convertToJail': 'converting',
  'jail.destroy': 'destroying',
}

/** The word that a jail's row shows while a job works on it: `starting`; undefined for other kinds. */
export const activityWord = (kind: JobKind): string | undefined => doing[kind]

/** An argv as one line that a POSIX shell reads back as the same argv, for showing and copying only. */
export function shellLine(argv: readonly string[]): string {
  return argv
    .map((word) => (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ')
}
