'use client'

import { useEffect, useEffectEvent, useRef, useState } from 'react'
import type { TerminalHandle } from '../console/terminal.tsx'
import type { Asciicast } from './asciicast.ts'

export const SPEEDS = [0.5, 1, 2, 5, 10, 50] as const
/** The clock beside the slider is told this often, in milliseconds: the terminal is drawn each frame all the same. */
const TELL_MS = 100

export interface Player {
  playing: boolean
  /** In seconds. */
  position: number
  speed: number
  play: () => void
  pause: () => void
  seek: (seconds: number) => void
  setSpeed: (speed: number) => void
}

/** Plays a recording into a terminal. Starts at `startS`, in seconds, playing. */
export function usePlayer(terminal: TerminalHandle | null, cast: Asciicast, startS: number): Player {
  const [playing, setPlaying] = useState(true)
  const [speed, setSpeed] = useState(1)
  const [position, setPosition] = useState(startS)
  const stand = useRef({ at: startS, next: 0 })
  const encoder = useRef(new TextEncoder())

  /** Shows everything up to a time. */
  const show = useEffectEvent((until: number) => {
    if (terminal === null) return
    const { current } = stand
    if (current.next === 0 || until < current.at) {
      current.next = 0
      terminal.reset()
      terminal.resize(cast.cols, cast.rows)
    }
    let text = ''
    const flush = () => {
      if (text !== '') terminal.write(encoder.current.encode(text), () => undefined)
      text = ''
    }
    for (; current.next < cast.events.length; current.next += 1) {
      const event = cast.events[current.next]
      if (event === undefined || event.at > until) break
      if (event.kind === 'output') text += event.data
      else {
        flush()
        terminal.resize(event.cols, event.rows)
      }
      if (text.length > 64 * 1024) flush()
    }
    flush()
    current.at = until
  })

  useEffect(() => {
    if (terminal === null) return
    // Another cast of the same recording, with or without its pauses: from where it stands.
    stand.current = { at: Math.min(stand.current.at, cast.durationS), next: 0 }
    show(stand.current.at)
  }, [terminal, cast])

  useEffect(() => {
    if (terminal === null || !playing) return
    let before = performance.now()
    let toldAt = 0
    let frame = 0
    const step = (now: number) => {
      const at = Math.min(cast.durationS, stand.current.at + ((now - before) / 1_000) * speed)
      before = now
      show(at)
      const over = at >= cast.durationS
      if (over || now - toldAt >= TELL_MS) {
        toldAt = now
        setPosition(at)
      }
      if (over) setPlaying(false)
      else frame = requestAnimationFrame(step)
    }
    frame = requestAnimationFrame((now) => {
      before = now
      step(now)
    })
    return () => cancelAnimationFrame(frame)
  }, [terminal, playing, speed, cast])

  const seek = (seconds: number) => {
    const at = Math.max(0, Math.min(cast.durationS, seconds))
    show(at)
    setPosition(at)
  }
  return {
    ...{ playing, position, speed, seek, setSpeed },
    play: () => {
      if (stand.current.at >= cast.durationS) seek(0)
      setPlaying(true)
    },
    pause: () => setPlaying(false),
  }
}
