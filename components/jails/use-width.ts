'use client'

import type { RefObject } from 'react'
import { useLayoutEffect, useState } from 'react'

/** Inner width of an element in CSS pixels, as it changes; undefined before the browser has laid it out. */
export function useWidth(element: RefObject<HTMLElement | null>): number | undefined {
  const [width, setWidth] = useState<number>()
  useLayoutEffect(() => {
    const box = element.current
    if (box === null) return
    const observer = new ResizeObserver(() => setWidth(box.clientWidth))
    observer.observe(box)
    return () => observer.disconnect()
  }, [element])
  return width
}
