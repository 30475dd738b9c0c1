'use client'

import { useEffect, useEffectEvent } from 'react'

interface ShellKeys {
  onPalette: () => void
  onHelp: () => void
}

/** Whether keys go into a field or a terminal now and mean text. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

/** Keys that work on every page: Ctrl/Cmd-K the palette, `?` the list of keys, `/` the page's filter. */
export function useShellKeys({ onPalette, onHelp }: ShellKeys): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented) return
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'k') {
      // In a terminal Ctrl-K belongs to the shell.
      if (event.ctrlKey && event.target instanceof Element && event.target.closest('.xterm') !== null) return
      event.preventDefault()
      return onPalette()
    }
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === '?') {
      event.preventDefault()
      onHelp()
    }
    if (event.key === '/') {
      const filter = document.querySelector<HTMLInputElement>('[data-filter], input[type="search"]')
      if (filter === null) return
      event.preventDefault()
      filter.focus()
      filter.select()
    }
  })
  useEffect(() => {
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
