'use client'

import { AlignLeft } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Note } from '../ui/panel.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { JobTable } from './job-table.tsx'
import { useJobList } from './use-job-list.ts'

/** All jobs, or those about one jail, latest first; each leads to its page. */
export function JobList({ jailId }: { jailId?: string }) {
  const { query, jobs, error } = useJobList(jailId === undefined ? {} : { jailId })
  return (
    <>
      {error !== undefined && (
        <div className="p-4">
          <Note tone="bad">{error.message}</Note>
        </div>
      )}
      {query.isPending && <SkeletonRows rows={4} />}
      {query.isSuccess && jobs.length === 0 && (
        <EmptyState icon={AlignLeft} title="No jobs yet">
          Every change that is made here becomes a job: its commands, its output, who asked and when.
        </EmptyState>
      )}
      {jobs.length > 0 && <JobTable jobs={jobs} />}
      {query.hasNextPage && (
        <div className="flex justify-center p-4">
          <Button pending={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Older jobs
          </Button>
        </div>
      )}
    </>
  )
}
