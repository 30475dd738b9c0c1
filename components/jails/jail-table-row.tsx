'use client'

import { FlexRender } from '@tanstack/react-table'
import { Terminal } from 'lucide-react'
import type { MouseEvent } from 'react'
import { memo, useRef } from 'react'
import { consolePath, jailPath } from '@/lib/paths.ts'
import { Checkbox } from '../ui/choice.tsx'
import { cn } from '../ui/cn.ts'
import { IconLink } from '../ui/icon-link.tsx'
import { columnLayout, gridColumns, rowMinWidth } from './jail-columns.tsx'
import type { JailQuestion } from './jail-dialogs.tsx'
import { JailMenu } from './jail-menu.tsx'
import { StartStopButton } from './start-stop-button.tsx'
import { useJailRefusal } from './use-jail-refusal.ts'
import type { JailRow } from './use-jail-table.ts'

export interface RowEvents {
  focus: (id: string) => void
  select: (id: string, chosen: boolean, range: boolean) => void
  open: (id: string) => void
  ask: (question: JailQuestion) => void
}

interface JailTableRowProps {
  row: JailRow
  /** Ids of the columns that are shown, joined by blanks: texts compare by what they say. */
  columns: string
  index: number
  /** Where it stands in the table, in CSS pixels. */
  startPx: number
  /** The keyboard is here: the only row that Tab stops at. */
  isActive: boolean
  /** Its jail is in the side panel. */
  isOpen: boolean
  isSelected: boolean
  /** The same object for all rows and always: a row is drawn again only when something of it changed. */
  on: RowEvents
}

/** What has its own meaning when it is pressed; the rest of the row opens the side panel. */
const CONTROL = 'a, button, input, label, [role="checkbox"], [role="menu"]'

export const JailTableRow = memo(function JailTableRow(props: JailTableRowProps) {
  const { row, columns, index, startPx, isActive, isOpen, isSelected, on } = props
  const jail = row.original
  const columnIds = columns.split(' ')
  const tabIndex = isActive ? 0 : -1
  const refusalOf = useJailRefusal()
  const withShift = useRef(false)
  const cells = row.getAllCells().filter(({ column }) => columnIds.includes(column.id))

  /** Shift chooses a range, and does not mark text meanwhile. */
  const onMouseDown = (event: MouseEvent) => {
    withShift.current = event.shiftKey
    if (event.shiftKey) event.preventDefault()
  }
  const onClick = (event: MouseEvent) => {
    if (!(event.target instanceof Element) || !event.currentTarget.contains(event.target)) return
    if (event.target.closest(CONTROL) !== null) return
    if (event.shiftKey) on.select(jail.id, true, true)
    else if (event.ctrlKey || event.metaKey) on.select(jail.id, !isSelected, false)
    else on.open(jail.id)
  }
  /** The tag leads to the jail's page in another tab; a plain press opens the side panel. */
  const onTag = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    on.open(jail.id)
  }

  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      {...(isOpen ? { 'aria-current': true } : {})}
      data-index={index}
      tabIndex={tabIndex}
      onFocus={() => on.focus(jail.id)}
      onMouseDown={onMouseDown}
      onClick={onClick}
      style={{
        gridTemplateColumns: gridColumns(columnIds),
        minWidth: rowMinWidth(columnIds),
        transform: `translateY(${startPx}px)`,
      }}
      className={cn(
        'absolute top-0 left-0 grid h-9 w-full cursor-default items-center gap-x-3 border-b border-line focus-visible:outline-offset-[-2px]',
        isOpen || isSelected ? 'bg-accent-soft' : 'hover:bg-bg',
      )}
    >
      <div role="gridcell" className="flex h-full items-center justify-end">
        <Checkbox
          aria-label={`Select ${jail.tag}`}
          checked={isSelected}
          tabIndex={tabIndex}
          onChange={(chosen) => {
            on.select(jail.id, chosen, withShift.current)
            withShift.current = false
          }}
        />
      </div>
      {cells.map((cell) => {
        const { id } = cell.column
        return (
          <div
            key={cell.id}
            role="gridcell"
            className={cn(
              'min-w-0 truncate',
              // What there is no room for is on a second line that does not show: the first badge says the worst.
              id === 'badges' && 'flex h-5 flex-wrap gap-x-1.5 overflow-hidden',
              columnLayout(id).className,
            )}
          >
            {id === 'tag' ? (
              <a
                href={jailPath(jail.id)}
                tabIndex={-1}
                onClick={onTag}
                title={jail.tag}
                className="hover:text-accent-text"
              >
                {jail.tag}
              </a>
            ) : (
              <FlexRender cell={cell} />
            )}
          </div>
        )
      })}
      <div role="gridcell" className="flex items-center justify-end gap-0.5 pr-2">
        <StartStopButton jail={jail} look="icon" tabIndex={tabIndex} />
        <IconLink
          icon={Terminal}
          label={`Console of ${jail.tag}`}
          href={consolePath(jail.id)}
          prefetch={false}
          disabledReason={refusalOf('openConsole', jail)}
          tabIndex={tabIndex}
        />
        <JailMenu jail={jail} onAsk={on.ask} tabIndex={tabIndex} />
      </div>
    </div>
  )
})
