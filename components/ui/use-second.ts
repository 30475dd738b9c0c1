'use client'

import { useEffect, useState } from 'react'

/** This moment in milliseconds, told each second while it matters; 0 before the first telling. */
export function useSecond(matters: boolean): number {
  const [now, setNow] = useState(0)
  useEffect(() => {
    if (!matters) return
    const tell = () => setNow(Date.now())
    const first = setTimeout(tell, 0)
    const timer = setInterval(tell, 1_000)
    return () => {
      clearTimeout(first)
      clearInterval(timer)
    }
  }, [matters])
  return now
}
