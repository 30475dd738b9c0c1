import type { ReactNode } from 'react'
import { cn } from './cn.ts'

export type Tone = 'neutral' | 'accent' | 'up' | 'changing' | 'bad'

const tones: Record<Tone, string> = {
  neutral: 'bg-sunken text-text-second',
  accent: 'bg-accent-soft text-accent-text',
  up: 'bg-up-soft text-up-text',
  changing: 'bg-changing-soft text-changing-text',
  bad: 'bg-bad-soft text-bad-text',
}

/** A word of state or warning beside a thing. */
export function Badge({ tone = 'neutral', children, title }: { tone?: Tone; children: ReactNode; title?: string }) {
  return (
    <span
      title={title}
      className={cn(
        'inline-flex h-5 items-center rounded-sm px-1.5 font-sans text-xs font-medium whitespace-nowrap',
        tones[tone],
      )}
    >
      {children}
    </span>
  )
}

export type CellState = 'up' | 'down' | 'changing' | 'bad'

/** The cell: filled green up, outlined down, half amber changing, red needs attention. Always with a word beside it. */
export function Cell({ state, size = 10 }: { state: CellState; size?: number }) {
  return (
    <svg aria-hidden width={size} height={size} viewBox="0 0 10 10" className="shrink-0">
      {state === 'down' && (
        <rect
          x="0.75"
          y="0.75"
          width="8.5"
          height="8.5"
          rx="1.5"
          className="fill-none stroke-text-third"
          strokeWidth="1.5"
        />
      )}
      {state === 'up' && <rect width="10" height="10" rx="2" className="fill-up" />}
      {state === 'bad' && <rect width="10" height="10" rx="2" className="fill-bad" />}
      {state === 'changing' && (
        <>
          <rect
            x="0.75"
            y="0.75"
            width="8.5"
            height="8.5"
            rx="1.5"
            className="fill-none stroke-changing"
            strokeWidth="1.5"
          />
          <path d="M1 9 V2.2 A1.2 1.2 0 0 1 2.2 1 H9 Z" className="fill-changing" />
        </>
      )}
    </svg>
  )
}

const words: Record<CellState, string> = {
  up: 'text-up-text',
  down: 'text-text-second',
  changing: 'text-changing-text',
  bad: 'text-bad-text',
}

/** The cell with its word. */
export function CellWord({ state, word }: { state: CellState; word: string }) {
  return (
    <span className={cn('inline-flex items-center gap-2 whitespace-nowrap', words[state])}>
      <Cell state={state} />
      {word}
    </span>
  )
}
