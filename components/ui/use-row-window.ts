'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useLayoutEffect, useState } from 'react'

/** Up to so many rows are simply all there: the browser's own search finds them. */
const ALL_UP_TO = 300

interface RowWindow {
  /** First row that is drawn, and the one after the last. */
  from: number
  to: number
  /** Height of what is not drawn, above and below, in CSS pixels. */
  before: number
  after: number
  /** Goes onto each drawn row, with its number as `data-index`. */
  measure: ((row: Element | null) => void) | undefined
}

const scrollerOf = (element: Element | null): Element | null => {
  for (let up = element?.parentElement ?? null; up !== null; up = up.parentElement)
    if (/auto|scroll/.test(getComputedStyle(up).overflowY)) return up
  return null
}

/** Which rows of a long table are drawn: those in sight of whatever scrolls around it, and some more. */
export function useRowWindow(count: number, table: RefObject<Element | null>, rowPx: number): RowWindow {
  const [place, setPlace] = useState<{ scroller: Element; top: number }>()
  const isLong = count > ALL_UP_TO
  useLayoutEffect(() => {
    const scroller = scrollerOf(table.current)
    if (!isLong || scroller === null || table.current === null) return
    const top = table.current.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop
    setPlace((before) => (before?.scroller === scroller && before.top === top ? before : { scroller, top }))
  }, [isLong, table, count])
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoized by a compiler
  const virtualizer = useVirtualizer({
    count,
    enabled: isLong && place !== undefined,
    getScrollElement: () => place?.scroller ?? null,
    estimateSize: () => rowPx,
    scrollMargin: place?.top ?? 0,
    overscan: 20,
  })
  if (!isLong) return { from: 0, to: count, before: 0, after: 0, measure: undefined }
  const items = virtualizer.getVirtualItems()
  const [first, last] = [items[0], items.at(-1)]
  if (first === undefined || last === undefined)
    return { from: 0, to: Math.min(count, 60), before: 0, after: Math.max(0, count - 60) * rowPx, measure: undefined }
  const margin = place?.top ?? 0
  return {
    from: first.index,
    to: last.index + 1,
    before: first.start - margin,
    after: virtualizer.getTotalSize() - (last.end - margin),
    measure: virtualizer.measureElement,
  }
}
