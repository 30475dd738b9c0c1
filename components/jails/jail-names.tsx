'use client'

import { useState } from 'react'
import { JailLink } from './jail-link.tsx'

/** So many names stand in a row before the rest is counted. */
const NAMED = 4

/** Jails and templates that began with something, named and linked; the rest behind a button. */
export function JailNames({ ids }: { ids: readonly string[] }) {
  const [all, setAll] = useState(false)
  if (ids.length === 0) return <span className="text-text-third">nothing yet</span>
  const shown = all ? ids : ids.slice(0, NAMED)
  return (
    <span className="flex flex-wrap items-center gap-x-2.5 gap-y-0.5">
      {shown.map((id) => (
        <JailLink key={id} id={id} />
      ))}
      {ids.length > NAMED && (
        <button
          type="button"
          aria-expanded={all}
          onClick={() => setAll(!all)}
          className="rounded-sm text-xs text-text-second hover:text-text hover:underline"
        >
          {all ? 'fewer' : `and ${ids.length - NAMED} more`}
        </button>
      )}
    </span>
  )
}
