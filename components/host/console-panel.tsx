'use client'

import { useQuery } from '@tanstack/react-query'
import { SquareTerminal, X } from 'lucide-react'
import { shellLine } from '@/lib/job.ts'
import { consolePath } from '@/lib/paths.ts'
import { closeConsole } from '@/server/panel/actions/console.ts'
import { JailLink } from '../jails/jail-link.tsx'
import { readQuery } from '../live/read-query.ts'
import { useChange } from '../live/use-change.ts'
import { useCan } from '../live/use-rights.ts'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Note, Panel } from '../ui/panel.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'

/** Consoles that run now, also those that no page shows: a console outlives its page. */
export function ConsolePanel() {
  const { data, error, isPending } = useQuery(readQuery('console.list', {}))
  const refusal = useCan('jail:console')
  const close = useChange(closeConsole)
  const running = data?.consoles.filter(({ ended }) => ended === null) ?? []
  return (
    <Panel
      title="Your open consoles"
      description="A console goes on when its page is closed, until its shell ends or it is closed here."
      flush
    >
      {error !== null && (
        <div className="p-4">
          <Note tone="bad">{error.message}</Note>
        </div>
      )}
      {isPending && <SkeletonRows rows={2} />}
      {data !== undefined && running.length === 0 && <p className="px-4 py-4 text-text-second">None.</p>}
      <ul>
        {running.map(({ id, jailId, tag, startedAt, viewers, argv }) => (
          <li
            key={id}
            className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-2 last:border-b-0"
          >
            <span className="min-w-0 flex-1">
              <span className="flex flex-wrap items-baseline gap-x-2.5">
                <JailLink id={jailId} />
                <span className="text-text-second">
                  since <RelativeTime at={startedAt} />,{' '}
                  {viewers === 0 ? 'nobody looks' : viewers === 1 ? 'on one page' : `on ${viewers} pages`}
                </span>
              </span>
              <code className="block truncate font-mono text-xs text-text-second">{shellLine(argv)}</code>
            </span>
            <ButtonLink size="sm" icon={SquareTerminal} href={consolePath(jailId)}>
              Open
            </ButtonLink>
            <Button
              size="sm"
              icon={X}
              aria-label={`Close the console of ${tag}`}
              disabledReason={refusal}
              pending={close.pending}
              onClick={() => close.run({ consoleId: id })}
            >
              Close
            </Button>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
