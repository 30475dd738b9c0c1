'use client'

import type { Jail } from '@/lib/jail.ts'
import { useJobOf } from '../live/use-live-data.ts'
import type { CellState } from '../ui/badge.tsx'
import { CellWord } from '../ui/badge.tsx'

const cells: Record<Jail['state'], { state: CellState; text: string }> = {
  up: { state: 'up', text: 'text-up-text' },
  down: { state: 'down', text: 'text-text-second' },
  unreadable: { state: 'bad', text: 'text-bad-text' },
}

/** Cell, word and the word's colour for a jail; `activity` is what a job says of it now: *starting*. */
export function jailCell(jail: Pick<Jail, 'state'>, activity: string | undefined) {
  if (activity !== undefined) return { state: 'changing' as const, word: activity, text: 'text-changing-text' }
  return { ...cells[jail.state], word: jail.state }
}

/** How a jail stands, as cell and word: what a job says of it now, otherwise what the host shows. */
export function JailState({ jail }: { jail: Jail }) {
  const { state, word } = jailCell(jail, useJobOf(jail.id)?.word)
  return <CellWord state={state} word={word} />
}
