'use client'

import type { ReactNode } from 'react'
import { createContext, useContext, useEffect, useEffectEvent, useId, useMemo, useRef, useState } from 'react'

interface Member {
  type: (text: string) => void
  /** The console that it shows; undefined until it is known. */
  consoleId: () => string | undefined
}

interface Broadcast {
  /** Whether what is typed into one console goes into all on the page. */
  on: boolean
  set: (on: boolean) => void
  /** Makes a console one of those; returns the way out. */
  join: (id: string, member: Member) => () => void
  /** Types into all others. */
  send: (from: string, text: string) => void
  /** Consoles on the page. */
  count: number
}

const BroadcastContext = createContext<Broadcast | undefined>(undefined)

/** Around consoles that may get the same input; off until someone says so. */
export function BroadcastProvider({ children }: { children: ReactNode }) {
  const members = useRef(new Map<string, Member>())
  const [on, set] = useState(false)
  const [count, setCount] = useState(0)
  // With one console left there is nobody to type to.
  if (on && count < 2) set(false)
  const value = useMemo<Broadcast>(
    () => ({
      on,
      set,
      count,
      join(id, member) {
        members.current.set(id, member)
        setCount(members.current.size)
        return () => {
          members.current.delete(id)
          setCount(members.current.size)
        }
      },
      send(from, text) {
        // A console that stands here twice gets it once.
        const reached = new Set([members.current.get(from)?.consoleId()])
        for (const { type, consoleId } of members.current.values()) {
          if (reached.has(consoleId())) continue
          reached.add(consoleId())
          type(text)
        }
      },
    }),
    [on, count],
  )
  return <BroadcastContext value={value}>{children}</BroadcastContext>
}

/** The mode of the page, for its switch; undefined where consoles stand alone. */
export const useBroadcastMode = (): Broadcast | undefined => useContext(BroadcastContext)

/** One console's part: passes on what is typed here while the mode is on, and takes what comes from others. */
export function useBroadcast(
  consoleId: string | undefined,
  type: (text: string) => void,
): { on: boolean; send: (text: string) => void } {
  const broadcast = useContext(BroadcastContext)
  const id = useId()
  const take = useEffectEvent((text: string) => type(text))
  const shown = useEffectEvent(() => consoleId)
  const join = broadcast?.join
  useEffect(() => join?.(id, { type: (text) => take(text), consoleId: () => shown() }), [id, join])
  return {
    on: broadcast?.on === true,
    send: (text) => {
      if (broadcast?.on === true) broadcast.send(id, text)
    },
  }
}
