'use client'

import { useEffect, useEffectEvent } from 'react'

/** Calls back on Esc when nothing on top of the page took it: no dialog, menu, tooltip or field with text. */
export function useEscape(onEscape: () => void): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return
    // In a field Esc is the field's; in a terminal the shell's.
    if (
      event.target instanceof Element &&
      event.target.closest('input, textarea, select, .xterm, [role="menu"], [role="dialog"]') !== null
    )
      return
    onEscape()
  })
  useEffect(() => {
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
