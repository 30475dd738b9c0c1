'use client'

import { Check, X } from 'lucide-react'
import { cn } from '../ui/cn.ts'
import { stepTitles, WIZARD_STEPS, type WizardStep } from './wizard-values.ts'

interface StepListProps {
  current: WizardStep | 'done'
  /** Steps with something wrong in them. */
  wrong: ReadonlySet<WizardStep>
  /** Undefined where one cannot go back any more. */
  onGo: ((step: WizardStep) => void) | undefined
}

/** The steps of the wizard, left of it; on a phone one line above it. */
export function StepList({ current, wrong, onGo }: StepListProps) {
  const at = current === 'done' ? WIZARD_STEPS.length : WIZARD_STEPS.indexOf(current)
  return (
    <nav
      aria-label="Steps"
      className="shrink-0 border-line px-4 py-3 max-md:border-b md:w-[196px] md:border-r md:px-5 md:py-5"
    >
      <ol className="flex md:flex-col md:gap-1 max-md:items-center max-md:justify-between">
        {WIZARD_STEPS.map((step, n) => {
          const isHere = step === current
          const isPassed = n < at
          const isWrong = isPassed && wrong.has(step)
          const mark = (
            <span
              aria-hidden
              className={cn(
                'flex size-[19px] shrink-0 items-center justify-center rounded-sm text-xs font-medium',
                isWrong
                  ? 'bg-bad text-on-bad'
                  : isHere || isPassed
                    ? 'bg-accent text-on-accent'
                    : 'border border-control text-text-second',
              )}
            >
              {isWrong ? <X size={12} strokeWidth={3} /> : isPassed ? <Check size={12} strokeWidth={3} /> : n + 1}
            </span>
          )
          const label = (
            <>
              {mark}
              <span className={cn('max-md:sr-only', isHere && 'max-md:not-sr-only')}>{stepTitles[step]}</span>
              {isPassed && <span className="sr-only">{isWrong ? ', needs a change' : ', done'}</span>}
            </>
          )
          const look = cn(
            'flex h-8 items-center gap-2.5 rounded-md md:w-full md:px-1.5',
            isHere ? 'font-semibold text-text' : 'text-text-second',
          )
          return (
            <li key={step} {...(isHere ? { 'aria-current': 'step' as const } : {})}>
              {isPassed && onGo !== undefined ? (
                <button type="button" className={cn(look, 'hover:text-text')} onClick={() => onGo(step)}>
                  {label}
                </button>
              ) : (
                <span className={look}>{label}</span>
              )}
            </li>
          )
        })}
      </ol>
    </nav>
  )
}
