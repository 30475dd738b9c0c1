'use client'

import { Field as Base } from '@base-ui/react/field'
import { ChevronDown } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { cn } from './cn.ts'

interface FieldProps {
  label: ReactNode
  /** Where the label's words stand beside it already: it is for assistive technology only. */
  labelHidden?: boolean
  children: ReactNode
  /** How to fill it in; always shown. */
  hint?: ReactNode
  /** What is wrong with it, in a sentence. */
  error?: ReactNode
  className?: string
}

/** A labelled control with its hint and its error, tied together for assistive technology. */
export function Field({ label, labelHidden = false, children, hint, error, className }: FieldProps) {
  const wrong = error !== undefined && error !== null && error !== ''
  return (
    <Base.Root invalid={wrong} className={cn('flex flex-col gap-1.5', className)}>
      <Base.Label className={labelHidden ? 'sr-only' : 'font-medium'}>{label}</Base.Label>
      {children}
      {hint !== undefined && <Base.Description className="text-xs text-text-second">{hint}</Base.Description>}
      {wrong && (
        <Base.Error match className="text-xs text-bad-text">
          {error}
        </Base.Error>
      )}
    </Base.Root>
  )
}

export const controlLook =
  'h-[30px] w-full rounded-md border border-control bg-surface px-2.5 text-text max-sm:h-10 hover:border-text-third focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0 data-invalid:border-bad aria-invalid:border-bad disabled:opacity-50'

interface TextInputProps extends ComponentProps<'input'> {
  /** For what could be typed or pasted in a terminal: addresses, names, properties. */
  mono?: boolean
}

/** One line of text, inside a Field or with an `aria-label`. */
export function TextInput({ mono = false, className, ref, ...rest }: TextInputProps) {
  return (
    <Base.Control
      {...(rest as ComponentProps<typeof Base.Control>)}
      {...(ref === undefined ? {} : { ref: ref as ComponentProps<typeof Base.Control>['ref'] })}
      className={cn(controlLook, mono && 'font-mono text-xs', className)}
    />
  )
}

/** Several lines of text. */
export function TextArea({ mono = false, className, ...rest }: ComponentProps<'textarea'> & { mono?: boolean }) {
  return (
    <Base.Control
      render={<textarea rows={3} {...rest} />}
      className={cn(controlLook, 'h-auto py-1.5 max-sm:h-auto', mono && 'font-mono text-xs', className)}
    />
  )
}

interface SelectProps extends Omit<ComponentProps<'select'>, 'value' | 'onChange' | 'children'> {
  value: string
  onChange: (value: string) => void
  options: readonly { value: string; label: string; disabled?: boolean }[]
  mono?: boolean
}

/** One of a list. The browser's own control: it works with every keyboard, screen reader and phone. */
export function Select({ value, onChange, options, mono = false, className, ...rest }: SelectProps) {
  return (
    <span className={cn('relative block', className)}>
      <Base.Control
        render={
          <select {...rest} value={value} onChange={(event) => onChange(event.target.value)}>
            {options.map((option) => (
              <option key={option.value} value={option.value} disabled={option.disabled}>
                {option.label}
              </option>
            ))}
          </select>
        }
        className={cn(controlLook, 'appearance-none pr-8', mono && 'font-mono text-xs')}
      />
      <ChevronDown
        aria-hidden
        size={14}
        className="pointer-events-none absolute top-1/2 right-2.5 -translate-y-1/2 text-text-third"
      />
    </span>
  )
}
