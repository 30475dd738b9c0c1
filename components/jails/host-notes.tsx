'use client'

import { useAllJails, useHost } from '../live/use-live-data.ts'
import { ButtonLink } from '../ui/button.tsx'
import { Note } from '../ui/panel.tsx'
import { jailPath } from '@/lib/paths.ts'

/** What is wrong with the host as a whole, above its jails; nothing when all is well. */
export function HostNotes() {
  const { problems } = useHost()
  const jails = useAllJails()
  const [first, ...more] = problems
  if (first === undefined) return null
  // The older iocage fails as a whole while one file is damaged: lead to it.
  const culprit = jails.find(({ problem, tag }) => problem === first.hint && first.summary.includes(tag))
  return (
    <div className="shrink-0 border-b border-line px-4 py-2.5 sm:px-5">
      <Note
        tone="changing"
        actions={
          culprit === undefined ? (
            <ButtonLink size="sm" href="/host">
              {more.length > 0 ? `${more.length} more` : 'Host'}
            </ButtonLink>
          ) : (
            <ButtonLink size="sm" href={jailPath(culprit.id)}>
              Show {culprit.tag}
            </ButtonLink>
          )
        }
      >
        <span className="font-medium">{first.summary}</span> {first.hint}
      </Note>
    </div>
  )
}
