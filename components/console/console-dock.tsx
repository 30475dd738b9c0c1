'use client'

import { Maximize2, X } from 'lucide-react'
import { parseAsString, useQueryState } from 'nuqs'
import type { KeyboardEvent, PointerEvent } from 'react'
import { useRef, useState } from 'react'
import { consolePath } from '@/lib/paths.ts'
import { useJail } from '../live/use-live-data.ts'
import { ButtonLink, IconButton } from '../ui/button.tsx'
import { ConsoleScreen } from './console-screen.tsx'

/** Height of the dock: part of the window, and its bounds. */
const START = 0.45
const LEAST = 0.2
const MOST = 0.8
const STEP = 0.05

/** Which jail's console stands below the page; kept in the address as `?dock=`. */
export const useConsoleDock = () => useQueryState('dock', parseAsString)

/** A console below a table: the table stays in sight, the edge between them can be dragged. */
export function ConsoleDock() {
  const [id, setId] = useConsoleDock()
  const jail = useJail(id ?? '')
  const [part, setPart] = useState(START)
  const dragging = useRef(false)
  if (id === null || jail === undefined) return null
  const take = (next: number) => setPart(Math.min(MOST, Math.max(LEAST, next)))
  const onPointerMove = (event: PointerEvent) => {
    if (dragging.current) take((window.innerHeight - event.clientY) / window.innerHeight)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowUp') take(part + STEP)
    else if (event.key === 'ArrowDown') take(part - STEP)
    else return
    event.preventDefault()
  }
  return (
    <div className="flex shrink-0 flex-col border-t border-line" style={{ height: `${part * 100}dvh` }}>
      <div
        role="separator"
        aria-label="Height of the console"
        aria-orientation="horizontal"
        aria-valuenow={Math.round(part * 100)}
        aria-valuemin={LEAST * 100}
        aria-valuemax={MOST * 100}
        tabIndex={0}
        className="-mt-1 h-2 shrink-0 cursor-row-resize touch-none"
        onPointerDown={(event) => {
          dragging.current = true
          event.currentTarget.setPointerCapture(event.pointerId)
        }}
        onPointerMove={onPointerMove}
        onPointerUp={() => (dragging.current = false)}
        onKeyDown={onKeyDown}
      />
      <ConsoleScreen
        key={id}
        jail={jail}
        title={<span className="shrink-0 font-semibold">{jail.tag}</span>}
        actions={
          <>
            <ButtonLink size="sm" variant="ghost" icon={Maximize2} href={consolePath(id)} prefetch={false}>
              Full page
            </ButtonLink>
            <IconButton icon={X} label="Close; the console goes on" onClick={() => void setId(null)} />
          </>
        }
      />
    </div>
  )
}
