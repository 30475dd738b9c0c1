import type { KeyboardEvent } from 'react'

const steps: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_, last) => last,
}

/** For a list whose rows hold one link each, marked `data-row`: arrows, Home and End go from row to row, Enter follows. */
export function moveBetweenRows(event: KeyboardEvent<HTMLElement>): void {
  const next = steps[event.key]
  if (next === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  if (!(event.target instanceof HTMLElement) || !event.target.matches('[data-row]')) return
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')]
  event.preventDefault()
  rows[next(rows.indexOf(event.target), rows.length - 1)]?.focus()
}
