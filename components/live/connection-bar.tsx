'use client'

import { useConnection } from './use-rights.ts'

/** A thin bar while the connection is lost; the data below stays. */
export function ConnectionBar() {
  const connection = useConnection()
  if (connection.phase === 'live') return null
  return (
    <div
      role="status"
      className="flex shrink-0 items-center gap-2 bg-changing-soft px-4 py-1 text-xs text-changing-text"
    >
      <span aria-hidden className="size-1.5 animate-breathe rounded-full bg-changing" />
      {connection.phase === 'reconnecting'
        ? 'Connection lost. Trying again …'
        : `No connection since ${new Date(connection.since).toLocaleTimeString('en-GB')}. What you see is from then; changes wait until it is back.`}
    </div>
  )
}
