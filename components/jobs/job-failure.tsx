import type { ReactNode } from 'react'
import type { Job } from '@/lib/job.ts'
import { visibleText } from '@/lib/visible-text.ts'
import { Note } from '../ui/panel.tsx'

/** Why a job did not do what was asked: what happened, what it means, what to do. Nothing for those that did. */
export function JobFailure({ job, actions }: { job: Pick<Job, 'failure' | 'state'>; actions?: ReactNode }) {
  if (job.failure === null) return null
  return (
    <Note tone={job.state === 'cancelled' || job.state === 'interrupted' ? 'changing' : 'bad'} actions={actions}>
      <p className="font-medium">{visibleText(job.failure.message)}</p>
      <p>{visibleText(job.failure.hint)}</p>
    </Note>
  )
}
