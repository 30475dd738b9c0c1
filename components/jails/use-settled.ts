'use client'

import { useEffect, useState } from 'react'

/** Until somebody who types is taken to have paused, in milliseconds. */
const PAUSE_MS = 200

/** A value once it has stopped changing for a moment: what the host is asked about. Compared by its JSON form. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value)
  const text = JSON.stringify(value)
  useEffect(() => {
    const timer = setTimeout(
      () => setSettled(text === undefined ? (undefined as T) : (JSON.parse(text) as T)),
      PAUSE_MS,
    )
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
