'use client'

import { FlexRender } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { useCallback, useMemo, useRef } from 'react'
import { Checkbox } from '../ui/choice.tsx'
import { cn } from '../ui/cn.ts'
import type { JailColumnId } from './jail-columns.tsx'
import { columnLayout, fittingColumns, gridColumns, rowMinWidth } from './jail-columns.tsx'
import type { JailQuestion } from './jail-dialogs.tsx'
import { JailTableRow } from './jail-table-row.tsx'
import type { JailTable as Table } from './use-jail-table.ts'
import { useLatest } from './use-latest.ts'
import { useRowChoice } from './use-row-choice.ts'
import { useWidth } from './use-width.ts'
import type { JailsView } from './use-jails-view.ts'

/** Height of a row, in CSS pixels. */
const ROW_PX = 36
/** Before the browser has measured it: what a server renders, in CSS pixels. */
const FIRST_RECT = { width: 1_140, height: 640 }
/** Width of the side panel beside it, in CSS pixels. */
const PANEL_PX = 340

interface JailTableProps {
  table: Table
  view: JailsView
  /** The columns that somebody chose; undefined: the usual ones, as far as there is room. */
  chosen: readonly JailColumnId[] | undefined
  usual: readonly JailColumnId[]
  onOpen: (id: string | undefined) => void
  onAsk: (question: JailQuestion) => void
}

/** The table of jails. Only the rows in sight are in the page, so that 10,000 scroll as 10 do. */
export function JailTable({ table, view, chosen, usual, onOpen, onAsk }: JailTableProps) {
  const frame = useRef<HTMLDivElement>(null)
  const widthPx = useWidth(frame) ?? FIRST_RECT.width - (view.jail === null ? 0 : PANEL_PX)
  const { rows } = table.getRowModel()
  const ids = useMemo(() => rows.map(({ id }) => id), [rows])
  // A new function would make it measure all rows again.
  const keyOf = useCallback((index: number) => ids[index] ?? index, [ids])
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoizes here
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX,
    getItemKey: keyOf,
    overscan: 8,
    initialRect: FIRST_RECT,
    scrollPaddingStart: ROW_PX,
  })
  const shown = new Set<string>(chosen ?? fittingColumns(usual, widthPx))
  const columns = table.getVisibleLeafColumns().filter(({ id }) => id === 'badges' || shown.has(id))
  const shownColumns = columns.map(({ id }) => id).join(' ')
  const columnIds = shownColumns.split(' ')
  const layout = { gridTemplateColumns: gridColumns(columnIds), minWidth: rowMinWidth(columnIds) }

  const { active, setAt, select, onKeyDown } = useRowChoice({
    ids,
    view,
    onOpen,
    pageRows: () => Math.max(1, Math.floor((frame.current?.clientHeight ?? 0) / ROW_PX) - 2),
    toRow: (index) => {
      virtualizer.scrollToIndex(index, { align: 'auto' })
      // It is in the page only after the scroll was drawn.
      requestAnimationFrame(() => frame.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus())
    },
  })
  const rowEvents = useLatest({ focus: setAt, select, open: onOpen, ask: onAsk })
  const chosenCount = ids.filter((id) => view.selection[id]).length
  const headers = table.getHeaderGroups()[0]?.headers.filter(({ column }) => columns.includes(column)) ?? []

  return (
    // Keys of the rows bubble up to it; it takes no focus of its own.
    <div
      ref={frame}
      role="grid"
      aria-label="Jails"
      aria-rowcount={rows.length + 1}
      aria-multiselectable
      onKeyDown={onKeyDown}
      className="min-h-0 min-w-0 flex-1 overflow-auto max-sm:hidden"
    >
      <div role="rowgroup" className="sticky top-0 z-10 bg-surface" style={{ minWidth: layout.minWidth }}>
        <div
          role="row"
          aria-rowindex={1}
          className="grid h-9 items-center gap-x-3 border-b border-line px-0"
          style={layout}
        >
          <div role="columnheader" className="flex justify-end">
            <Checkbox
              aria-label="Select all jails that are shown"
              checked={ids.length > 0 && chosenCount === ids.length}
              partly={chosenCount > 0 && chosenCount < ids.length}
              onChange={(all) =>
                view.setSelection((before) => {
                  const next = { ...before }
                  for (const id of ids)
                    if (all) next[id] = true
                    else delete next[id]
                  return next
                })
              }
            />
          </div>
          {headers.map((header) => {
            const sorted = header.column.getIsSorted()
            const { className } = columnLayout(header.column.id)
            return (
              <div
                key={header.id}
                role="columnheader"
                {...(header.column.getCanSort()
                  ? { 'aria-sort': sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : 'none' }
                  : {})}
                className={cn(
                  'min-w-0 text-xs font-medium text-text-second',
                  className?.includes('text-right') && 'text-right',
                )}
              >
                {header.column.getCanSort() ? (
                  <button
                    type="button"
                    onClick={() => header.column.toggleSorting()}
                    className="inline-flex max-w-full items-center gap-1 rounded-sm hover:text-text"
                  >
                    <FlexRender header={header} />
                    {sorted === 'asc' && <ArrowUp aria-hidden size={12} />}
                    {sorted === 'desc' && <ArrowDown aria-hidden size={12} />}
                  </button>
                ) : (
                  <FlexRender header={header} />
                )}
              </div>
            )
          })}
          <div role="columnheader">
            <span className="sr-only">Actions</span>
          </div>
        </div>
      </div>
      <div
        role="rowgroup"
        className="relative"
        style={{ height: virtualizer.getTotalSize(), minWidth: layout.minWidth }}
      >
        {virtualizer.getVirtualItems().map(({ index, start, key }) => {
          const row = rows[index]
          if (row === undefined) return null
          return (
            <JailTableRow
              key={key}
              row={row}
              columns={shownColumns}
              index={index}
              startPx={start}
              isActive={row.id === active}
              isOpen={row.id === view.jail}
              isSelected={view.selection[row.id] !== undefined}
              on={rowEvents}
            />
          )
        })}
      </div>
    </div>
  )
}
