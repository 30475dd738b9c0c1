'use client'

import { RefreshCw } from 'lucide-react'
import { IconButton } from '../ui/button.tsx'
import { useSecond } from '../ui/use-second.ts'

interface ReadAgeProps {
  /** When this page last got the data, in milliseconds; 0: not yet. */
  at: number
  reading: boolean
  onRead: () => void
}

/** How old something is that does not change by itself on the page, with the way to read it again. */
export function ReadAge({ at, reading, onRead }: ReadAgeProps) {
  const now = useSecond(true)
  const seconds = Math.max(0, Math.round((now - at) / 1_000))
  const age = seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`
  return (
    <span className="flex items-center gap-1 text-xs text-text-second">
      {at > 0 && now > 0 && <span className="whitespace-nowrap">read {age} ago</span>}
      <IconButton icon={RefreshCw} label="Read again" pending={reading} onClick={onRead} />
    </span>
  )
}
