/** Keys of what changes by itself. Their data comes from the snapshot and from events, never from a fetch of their own. */
export const liveKeys = {
  host: ['live', 'host'],
  jails: ['live', 'jails'],
  releases: ['live', 'releases'],
  jobs: ['live', 'jobs'],
  /** Lines of a job that came as events since this page was opened. */
  jobLines: (jobId: string) => ['live', 'jobLines', jobId],
} as const
