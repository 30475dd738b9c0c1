import type { HandlersOf } from '../handlers.ts'
import type { JobEngine } from './job-engine.ts'

/** The verbs about jobs. */
export function createJobHandlers({ jobs }: { jobs: JobEngine }): HandlersOf<'job.list' | 'job.detail' | 'job.cancel'> {
  return {
    'job.list': async (query) => jobs.list(query),
    'job.detail': async ({ id }) => jobs.detail(id),
    'job.cancel': async ({ id }) => jobs.cancel(id),
  }
}
