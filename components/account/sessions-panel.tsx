'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { endOtherSessions, endSession } from '@/server/panel/actions/account.ts'
import { readKey, readQuery } from '../live/read-query.ts'
import { useChange } from '../live/use-change.ts'
import { useCan } from '../live/use-rights.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Note, Panel } from '../ui/panel.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { browserName } from './browser-name.ts'
import { placeOf } from './place-of.ts'

/** Where one is logged in; each can be ended. */
export function SessionsPanel() {
  const client = useQueryClient()
  const { data, error } = useQuery(readQuery('session.list', {}))
  const refresh = () => void client.invalidateQueries({ queryKey: readKey('session.list') })
  const end = useChange(endSession, { onSuccess: refresh })
  const endOthers = useChange(endOtherSessions, { onSuccess: refresh })
  const refusal = useCan('account:secure')
  const others = data?.sessions.filter(({ current }) => !current) ?? []
  return (
    <Panel
      title="Sessions"
      description="Where you are logged in."
      flush
      actions={
        <Button
          size="sm"
          disabledReason={refusal ?? (others.length === 0 ? 'There is no other session.' : undefined)}
          pending={endOthers.pending}
          onClick={() => endOthers.run({})}
        >
          End all others
        </Button>
      }
    >
      {error !== null && <Note tone="bad">{error.message}</Note>}
      {data === undefined && error === null && <SkeletonRows rows={2} />}
      <ul>
        {data?.sessions
          .toSorted((a, b) => Number(b.current) - Number(a.current) || b.lastUsedAt.localeCompare(a.lastUsedAt))
          .map((session) => (
            <li key={session.id} className="flex items-center gap-4 border-b border-line px-4 py-2.5 last:border-b-0">
              <div className="min-w-0 flex-1">
                <p className="flex flex-wrap items-center gap-2">
                  <span className="font-medium" title={session.userAgent}>
                    {browserName(session.userAgent)}
                  </span>
                  {session.current && <Badge tone="up">this one</Badge>}
                </p>
                <p className="text-xs text-text-second">
                  <span className="font-mono">{session.address === '' ? 'unknown address' : session.address}</span>
                  {placeOf(session.address)}, used <RelativeTime at={session.lastUsedAt} />, since{' '}
                  <RelativeTime at={session.createdAt} />
                </p>
              </div>
              {!session.current && (
                <Button size="sm" disabledReason={refusal} onClick={() => end.run({ id: session.id })}>
                  End
                </Button>
              )}
            </li>
          ))}
      </ul>
    </Panel>
  )
}
