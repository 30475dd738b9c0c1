'use client'

import type { KeyboardEvent } from 'react'
import { useRef, useState } from 'react'
import type { JailsView } from './use-jails-view.ts'

interface RowChoice {
  /** Ids of the rows in the order in which they stand. */
  ids: readonly string[]
  view: Pick<JailsView, 'selection' | 'setSelection' | 'jail'>
  /** Brings a row into sight, and the keyboard to it. */
  toRow: (index: number) => void
  /** The side panel: of this jail, or none. */
  onOpen: (id: string | undefined) => void
  /** How many rows a page has. */
  pageRows: () => number
}

/** Which row the keyboard is at and which are chosen: arrows, Space, Shift for ranges, Enter, Esc. */
export function useRowChoice({ ids, view, toRow, onOpen, pageRows }: RowChoice) {
  const [at, setAt] = useState<string>()
  /** Where a range begins: the row that was chosen last without Shift. */
  const anchor = useRef<string | undefined>(undefined)
  // The row may have gone: then the chosen jail's, else the first.
  const known = [at, view.jail ?? undefined].find((id) => id !== undefined && ids.includes(id))
  const active = known ?? ids[0]

  function select(id: string, chosen: boolean, range: boolean): void {
    const from = ids.indexOf(anchor.current ?? '')
    const to = ids.indexOf(id)
    const span = range && from >= 0 ? ids.slice(Math.min(from, to), Math.max(from, to) + 1) : [id]
    if (!range || from < 0) anchor.current = id
    view.setSelection((before) => {
      const next = { ...before }
      for (const one of span)
        if (chosen) next[one] = true
        else delete next[one]
      return next
    })
  }

  function moveTo(index: number, range: boolean): void {
    const id = ids[Math.max(0, Math.min(ids.length - 1, index))]
    if (id === undefined) return
    if (range) {
      anchor.current ??= active
      select(id, true, true)
    }
    setAt(id)
    toRow(ids.indexOf(id))
    // An open panel follows the row.
    if (view.jail !== null && !range) onOpen(id)
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    const { key, shiftKey } = event
    if (event.altKey || event.ctrlKey || event.metaKey || active === undefined) return
    // Keys inside a control of the row are that control's.
    if (!(event.target instanceof HTMLElement) || event.target.getAttribute('role') !== 'row') return
    const index = ids.indexOf(active)
    const moves: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      PageDown: index + pageRows(),
      PageUp: index - pageRows(),
      Home: 0,
      End: ids.length - 1,
    }
    const move = moves[key]
    if (move !== undefined) moveTo(move, shiftKey && key.startsWith('Arrow'))
    else if (key === 'Enter') onOpen(active)
    else if (key === ' ') select(active, view.selection[active] === undefined, shiftKey)
    else return
    event.preventDefault()
  }

  return { active, setAt, select, onKeyDown }
}
