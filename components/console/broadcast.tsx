'use client'

import type { ReactNode } from 'react'
import { createContext, useContext, useEffect, useEffectEvent, useId, useMemo, useRef, useState } from 'react'

type TypeInto = (text: string) => void

interface Broadcast {
  /** Whether what is typed into one console goes into all on the page. */
  on: boolean
  set: (on: boolean) => void
  /** Makes a console one of those; returns the way out. */
  join: (id: string, type: TypeInto) => () => void
  /** Types into all others. */
  send: (from: string, text: string) => void
  /** Consoles on the page. */
  count: number
}

const BroadcastContext = createContext<Broadcast | undefined>(undefined)

/** Around consoles that may get the same input; off until someone says so. */
export function BroadcastProvider({ children }: { children: ReactNode }) {
  const members = useRef(new Map<string, TypeInto>())
  const [on, set] = useState(false)
  const [count, setCount] = useState(0)
  // With one console left there is nobody to type to.
  if (on && count < 2) set(false)
  const value = useMemo<Broadcast>(
    () => ({
      on,
      set,
      count,
      join(id, type) {
        members.current.set(id, type)
        setCount(members.current.size)
        return () => {
          members.current.delete(id)
          setCount(members.current.size)
        }
      },
      send(from, text) {
        for (const [id, type] of members.current) if (id !== from) type(text)
      },
    }),
    [on, count],
  )
  return <BroadcastContext value={value}>{children}</BroadcastContext>
}

/** The mode of the page, for its switch; undefined where consoles stand alone. */
export const useBroadcastMode = (): Broadcast | undefined => useContext(BroadcastContext)

/** One console's part: passes on what is typed here while the mode is on, and takes what comes from others. */
export function useBroadcast(type: TypeInto): { on: boolean; send: (text: string) => void } {
  const broadcast = useContext(BroadcastContext)
  const id = useId()
  const take = useEffectEvent((text: string) => type(text))
  const join = broadcast?.join
  useEffect(() => join?.(id, (text) => take(text)), [id, join])
  return {
    on: broadcast?.on === true,
    send: (text) => {
      if (broadcast?.on === true) broadcast.send(id, text)
    },
  }
}
