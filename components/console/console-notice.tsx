'use client'

import { useEffect, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { cn } from '../ui/cn.ts'
import type { ConsoleState } from '@/lib/console-connection.ts'

interface StartAndOpen {
  tag: string
  press: () => void
  pending: boolean
  disabledReason: string | undefined
  /** Why the jail did not start when it was tried from here. */
  problem: string | undefined
}

interface ConsoleNoticeProps {
  state: ConsoleState
  /** Why no console can be opened here now; undefined when one can. */
  refusal: string | undefined
  onRetry: () => void
  onReturn: () => void
  onOpenAgain: () => void
  /** Starts the jail and opens a console then; undefined when that is not what is missing. */
  start: StartAndOpen | undefined
}

/** What happened to the console, with the way on; nothing while it is connected. */
export function ConsoleNotice({ state, refusal, onRetry, onReturn, onOpenAgain, start }: ConsoleNoticeProps) {
  const again: StripProps['button'] =
    start === undefined
      ? { label: 'Open again', press: onOpenAgain, disabledReason: refusal }
      : {
          label: `Start ${start.tag} and open again`,
          press: start.press,
          pending: start.pending,
          disabledReason: start.disabledReason,
        }
  if (start?.problem !== undefined)
    return <Strip bad text={`${start.tag} did not start. ${start.problem}`} button={again} />
  switch (state.phase) {
    case 'asks': // the question stands in the terminal's place
    case 'open':
    case 'connecting': // the bar says so; a strip would flicker at each opening
      return null
    case 'lost':
      return <LostNotice key={state.retryAt} state={state} onRetry={onRetry} />
    case 'idle':
      return <Strip text={state.message} button={{ label: 'Connect again', press: onReturn }} />
    case 'refused':
      return (
        <Strip bad text={state.hint === undefined ? state.message : `${state.message} ${state.hint}`} button={again} />
      )
    case 'exited':
      return (
        <Strip
          text={`${state.reason} ${state.exitCode === null ? '' : `Exit code ${state.exitCode}. `}`}
          at={state.at}
          button={again}
        />
      )
  }
}

function LostNotice({ state, onRetry }: { state: Extract<ConsoleState, { phase: 'lost' }>; onRetry: () => void }) {
  const [seconds, setSeconds] = useState(() => secondsTo(state.retryAt))
  useEffect(() => {
    const timer = setInterval(() => setSeconds(secondsTo(state.retryAt)), 500)
    return () => clearInterval(timer)
  }, [state.retryAt])
  const text = state.blocked
    ? 'No WebSocket gets through, though the panel answers: a proxy on the way must pass Upgrade for /ws/console. Until then the console goes by plain requests, which is slower.'
    : 'Connection lost. The shell goes on, and what you type is kept.'
  return (
    <Strip
      floating
      bad={state.blocked}
      text={`${text} ${seconds > 0 ? `Next try in ${seconds} s.` : 'Trying…'}`}
      button={{ label: 'Try now', press: onRetry }}
    />
  )
}

const secondsTo = (at: number) => Math.max(0, Math.ceil((at - Date.now()) / 1_000))

interface StripProps {
  text: string
  at?: string
  bad?: boolean
  /** Over the terminal, which keeps its size: a program must not see a lost connection as another window. */
  floating?: boolean
  button?: { label: string; press: () => void; pending?: boolean; disabledReason?: string | undefined }
}

function Strip({ text, at, bad = false, floating = false, button }: StripProps) {
  return (
    <div
      role="status"
      className={cn(
        'flex min-h-9 shrink-0 items-center gap-3 border-line px-4 py-1',
        floating ? 'absolute inset-x-0 top-0 z-10 border-b' : 'border-t',
        bad ? 'bg-bad-soft text-bad-text' : 'bg-surface text-text-second',
      )}
    >
      <span className="min-w-0 flex-1">
        {text}
        {at !== undefined && <time dateTime={at}>{new Date(at).toLocaleString()}</time>}
      </span>
      {button !== undefined && (
        <Button
          size="sm"
          pending={button.pending === true}
          disabledReason={button.disabledReason}
          onClick={button.press}
        >
          {button.label}
        </Button>
      )}
    </div>
  )
}
