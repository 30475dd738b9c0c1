'use client'

import { useState, useSyncExternalStore } from 'react'
import { z } from 'zod'

/** Terminal font sizes, in CSS pixels. */
export const FONT_SIZES = [11, 12, 13, 14, 16, 18] as const

const ConsolePreferences = z.object({
  fontSizePx: z.int().min(8).max(32).catch(13),
  /** Keeps the screen's text readable for screen readers; slower under floods. */
  screenReader: z.boolean().catch(false),
  /** What is selected goes to the clipboard at once, as in a terminal of X11. */
  copyOnSelect: z.boolean().catch(true),
})
export type ConsolePreferences = z.infer<typeof ConsolePreferences>

const KEY = 'cellblock.console'
const DEFAULTS: ConsolePreferences = { fontSizePx: 13, screenReader: false, copyOnSelect: true }

function read(): ConsolePreferences {
  try {
    return ConsolePreferences.catch(DEFAULTS).parse(JSON.parse(localStorage.getItem(KEY) ?? '{}'))
  } catch {
    return DEFAULTS // storage that is closed, or text that is no JSON
  }
}

/** How this browser wants its terminals. */
export function useConsolePreferences(): [ConsolePreferences, (next: ConsolePreferences) => void] {
  const hydrated = useSyncExternalStore(
    () => () => undefined,
    () => true,
    () => false,
  )
  const [chosen, setChosen] = useState<ConsolePreferences>()
  const set = (next: ConsolePreferences) => {
    setChosen(next)
    try {
      localStorage.setItem(KEY, JSON.stringify(next))
    } catch {
      // storage that is closed: the choice holds for this page
    }
  }
  return [chosen ?? (hydrated ? read() : DEFAULTS), set]
}
