'use client'

import { FlexRender } from '@tanstack/react-table'
import { Terminal } from 'lucide-react'
import type { CSSProperties, MouseEvent } from 'react'
import { useRef } from 'react'
import { consolePath, jailPath } from '@/lib/paths.ts'
import { Checkbox } from '../ui/choice.tsx'
import { cn } from '../ui/cn.ts'
import { IconLink } from '../ui/icon-link.tsx'
import { columnLayout } from './jail-columns.tsx'
import type { JailQuestion } from './jail-dialogs.tsx'
import { JailMenu } from './jail-menu.tsx'
import { StartStopButton } from './start-stop-button.tsx'
import { useJailRefusal } from './use-jail-refusal.ts'
import type { JailRow } from './use-jail-table.ts'

interface JailTableRowProps {
  row: JailRow
  columnIds: readonly string[]
  index: number
  style: CSSProperties
  /** The keyboard is here: the only row that Tab stops at. */
  isActive: boolean
  /** Its jail is in the side panel. */
  isOpen: boolean
  isSelected: boolean
  onFocus: () => void
  onSelect: (chosen: boolean, range: boolean) => void
  onOpen: () => void
  onAsk: (question: JailQuestion) => void
}

/** What has its own meaning when it is pressed; the rest of the row opens the side panel. */
const CONTROL = 'a, button, input, label, [role="checkbox"], [role="menu"]'

export function JailTableRow(props: JailTableRowProps) {
  const { row, columnIds, index, style, isActive, isOpen, isSelected } = props
  const jail = row.original
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
    if (event.shiftKey) props.onSelect(true, true)
    else if (event.ctrlKey || event.metaKey) props.onSelect(!isSelected, false)
    else props.onOpen()
  }
  /** The tag leads to the jail's page in another tab; a plain press opens the side panel. */
  const onTag = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    props.onOpen()
  }

  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      {...(isOpen ? { 'aria-current': true } : {})}
      data-index={index}
      tabIndex={tabIndex}
      onFocus={props.onFocus}
      onMouseDown={onMouseDown}
      onClick={onClick}
      style={style}
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
            props.onSelect(chosen, withShift.current)
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
              id === 'badges' && 'flex items-center gap-1.5 overflow-hidden',
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
        <JailMenu jail={jail} onAsk={props.onAsk} tabIndex={tabIndex} />
      </div>
    </div>
  )
}
