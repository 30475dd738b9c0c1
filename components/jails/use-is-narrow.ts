'use client'

import { useSyncExternalStore } from 'react'

/** Below this width there is no room for a table: the phone's half of the pages (Tailwind's `sm`). */
const NARROW = '(width < 640px)'

function subscribe(listener: () => void): () => void {
  const media = window.matchMedia(NARROW)
  media.addEventListener('change', listener)
  return () => media.removeEventListener('change', listener)
}

/** Whether the screen is too narrow for a table; undefined while only the server knows the page: style sheets decide then. */
export const useIsNarrow = (): boolean | undefined =>
  useSyncExternalStore<boolean | undefined>(
    subscribe,
    () => window.matchMedia(NARROW).matches,
    () => undefined,
  )
