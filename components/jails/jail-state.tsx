'use client'

import type { Jail } from '@/lib/jail.ts'
import { useJobOf } from '../live/use-live-data.ts'
import type { CellState } from '../ui/badge.tsx'
import { CellWord } from '../ui/badge.tsx'

const cells: Record<Jail['state'], CellState> = { up: 'up', down: 'down', unreadable: 'bad' }

/** How a jail stands, as cell and word: what a job says of it now (*starting*), otherwise what the host shows. */
export function JailState({ jail }: { jail: Jail }) {
  const activity = useJobOf(jail.id)
  if (activity !== undefined) return <CellWord state="changing" word={activity.word} />
  return <CellWord state={cells[jail.state]} word={jail.state} />
}
