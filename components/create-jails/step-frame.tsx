'use client'

import type { KeyboardEvent, ReactNode } from 'react'
import { useEffect, useRef } from 'react'
import { Button } from '../ui/button.tsx'
import { Checkbox } from '../ui/choice.tsx'

interface StepFrameProps {
  title: string
  text: string
  onBack: (() => void) | undefined
  onSubmit: () => void
  next: { label: string; refusal: string | undefined }
  pending: boolean
  /** On the last step: whether the new jails are started. */
  start: { checked: boolean; onChange: (checked: boolean) => void; several: boolean } | undefined
  /** Right end of the foot: how long it takes. */
  estimate: string | undefined
  children: ReactNode
}

/** Around one step: its head, and the way on and back. Enter goes on from everywhere in it. */
export function StepFrame({ title, text, onBack, onSubmit, next, pending, start, estimate, children }: StepFrameProps) {
  const head = useRef<HTMLHeadingElement>(null)
  const form = useRef<HTMLFormElement>(null)
  // A new step is read from its head on, unless a field of it has taken the focus.
  useEffect(() => {
    if (!form.current?.contains(document.activeElement)) head.current?.focus({ preventScroll: true })
  }, [])
  const onEnter = (event: KeyboardEvent<HTMLFormElement>) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
    // A text field submits by itself; a button, link or selection does what it does.
    if ((event.target as HTMLElement).matches('[role="radio"], [role="checkbox"], h2')) {
      event.preventDefault()
      event.stopPropagation()
      event.currentTarget.requestSubmit()
    }
  }
  return (
    <form
      ref={form}
      method="post"
      noValidate
      onKeyDownCapture={onEnter}
      onSubmit={(event) => {
        event.preventDefault()
        if (next.refusal === undefined && !pending) onSubmit()
      }}
    >
      <h2 ref={head} tabIndex={-1} className="text-lg font-semibold focus-visible:outline-none">
        {title}
      </h2>
      <p className="pt-0.5 pb-5 text-text-second">{text}</p>
      {children}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-3 pt-7">
        <div className="flex gap-2.5">
          {onBack !== undefined && <Button onClick={onBack}>Back</Button>}
          <Button type="submit" variant="primary" disabledReason={next.refusal} pending={pending}>
            {next.label}
          </Button>
        </div>
        {start !== undefined && (
          <Checkbox
            checked={start.checked}
            onChange={start.onChange}
            label={start.several ? 'Start them afterwards' : 'Start it afterwards'}
          />
        )}
        {estimate !== undefined && <span className="text-text-second sm:ml-auto">{estimate}</span>}
      </div>
    </form>
  )
}
