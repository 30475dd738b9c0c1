'use client'

import type { Jail } from '@/lib/jail.ts'
import { jobPath } from '@/lib/paths.ts'
import { JobFailure } from '../jobs/job-failure.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { Note } from '../ui/panel.tsx'
import { useLastFailure } from './use-last-failure.ts'

/** What needs attention about a jail, in sentences with the way out; nothing when all is well. */
export function JailNotes({ jail }: { jail: Jail }) {
  const failed = useLastFailure(jail)
  const { problem, readOnly } = jail
  return (
    <>
      {problem !== null && (
        <Note tone="bad">
          <p className="font-medium">{problem}</p>
          {jail.state === 'unreadable' && (
            <p>Repair the file on the host; this page shows by itself when it can be read again.</p>
          )}
        </Note>
      )}
      {failed !== undefined && (
        <JobFailure
          job={failed}
          actions={
            <ButtonLink size="sm" href={jobPath(failed.id)}>
              Show the output
            </ButtonLink>
          }
        />
      )}
      {readOnly !== null && <Note tone="info">{readOnly}</Note>}
    </>
  )
}
