'use client'

import { useLayoutEffect, useRef, useState } from 'react'

type Handlers = Record<string, (...args: never[]) => void>

/** Handlers that stay the same object while what they do is always the latest: for children that compare their props. */
export function useLatest<T extends Handlers>(handlers: T): T {
  const latest = useRef(handlers)
  useLayoutEffect(() => {
    latest.current = handlers
  })
  const [stable] = useState(
    () =>
      Object.fromEntries(
        Object.keys(handlers).map((name) => [name, (...args: never[]) => latest.current[name]?.(...args)]),
      ) as T,
  )
  return stable
}
