'use client'

import { Checkbox as BaseCheckbox } from '@base-ui/react/checkbox'
import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'
import { Switch as BaseSwitch } from '@base-ui/react/switch'
import { Check, Minus } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from './cn.ts'
import { Tooltip } from './tooltip.tsx'

interface CheckboxProps {
  checked: boolean
  onChange: (checked: boolean) => void
  /** Shown beside it; or give `aria-label` where a table's head says it. */
  label?: ReactNode
  'aria-label'?: string
  /** Some of what it stands for is chosen. */
  partly?: boolean
  disabledReason?: string | undefined
  /** -1 where only one row of a table is a stop of the Tab key. */
  tabIndex?: number
}

/** On or off, chosen or not. */
export function Checkbox({ checked, onChange, label, partly = false, disabledReason, ...rest }: CheckboxProps) {
  const refused = disabledReason !== undefined
  const box = (
    <BaseCheckbox.Root
      checked={checked}
      onCheckedChange={(next) => {
        if (!refused) onChange(next)
      }}
      indeterminate={partly}
      readOnly={refused}
      {...(refused ? { 'aria-disabled': true } : {})}
      {...rest}
      className="flex size-4 shrink-0 items-center justify-center rounded-[3px] border border-control bg-surface hover:border-text-third aria-disabled:opacity-40 data-checked:border-accent data-checked:bg-accent data-indeterminate:border-accent data-indeterminate:bg-accent max-sm:size-5"
    >
      <BaseCheckbox.Indicator className="text-on-accent">
        {partly ? <Minus aria-hidden size={12} strokeWidth={3} /> : <Check aria-hidden size={12} strokeWidth={3} />}
      </BaseCheckbox.Indicator>
    </BaseCheckbox.Root>
  )
  const whole =
    label === undefined ? (
      box
    ) : (
      <label className="flex w-fit items-center gap-2 select-none">
        {box}
        <span>{label}</span>
      </label>
    )
  if (!refused) return whole
  return (
    <Tooltip content={disabledReason} openOnPress>
      <span>{whole}</span>
    </Tooltip>
  )
}

interface SwitchProps {
  checked: boolean
  onChange: (checked: boolean) => void
  label: ReactNode
  hint?: ReactNode
}

/** A setting that takes effect at once. */
export function Switch({ checked, onChange, label, hint }: SwitchProps) {
  return (
    <label className="flex items-start gap-3">
      <BaseSwitch.Root
        checked={checked}
        onCheckedChange={(next) => onChange(next)}
        className="mt-0.5 flex h-[18px] w-8 shrink-0 rounded-full border border-control bg-sunken p-px transition-colors duration-100 data-checked:border-accent data-checked:bg-accent"
      >
        <BaseSwitch.Thumb className="size-3.5 rounded-full bg-text-second transition-transform duration-100 data-checked:translate-x-3.5 data-checked:bg-on-accent" />
      </BaseSwitch.Root>
      <span>
        {label}
        {hint !== undefined && <span className="block text-xs text-text-second">{hint}</span>}
      </span>
    </label>
  )
}

export interface RadioCard<Value extends string> {
  value: Value
  label: ReactNode
  hint?: ReactNode
  /** Why it cannot be chosen; shown in place of the hint. */
  disabledReason?: string | undefined
}

interface RadioCardsProps<Value extends string> {
  /** What is chosen here, for assistive technology. */
  label: string
  value: Value | undefined
  onChange: (value: Value) => void
  options: readonly RadioCard<Value>[]
  columns?: 1 | 2 | 3
}

/** One of a few, each with a sentence about it. */
export function RadioCards<Value extends string>({
  label,
  value,
  onChange,
  options,
  columns = 1,
}: RadioCardsProps<Value>) {
  return (
    <RadioGroup
      aria-label={label}
      value={value ?? ''}
      onValueChange={(next) => onChange(next as Value)}
      className={cn('grid gap-2', columns === 2 && 'sm:grid-cols-2', columns === 3 && 'sm:grid-cols-3')}
    >
      {options.map((option) => {
        const refused = option.disabledReason !== undefined
        return (
          <label
            key={option.value}
            className={cn(
              'flex items-start gap-2.5 rounded-md border border-control bg-surface px-3 py-2.5 has-data-checked:border-accent has-data-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-accent',
              refused ? 'text-text-third' : 'cursor-pointer hover:border-text-third',
            )}
          >
            <Radio.Root
              value={option.value}
              disabled={refused}
              className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-control bg-surface focus-visible:outline-none data-checked:border-accent data-checked:bg-accent"
            >
              <Radio.Indicator className="size-1.5 rounded-full bg-on-accent" />
            </Radio.Root>
            <span className="min-w-0">
              <span className="font-medium">{option.label}</span>
              {(option.disabledReason ?? option.hint) !== undefined && (
                <span className={cn('block text-xs', refused ? 'text-text-third' : 'text-text-second')}>
                  {option.disabledReason ?? option.hint}
                </span>
              )}
            </span>
          </label>
        )
      })}
    </RadioGroup>
  )
}
