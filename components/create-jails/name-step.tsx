'use client'

import { Check, X } from 'lucide-react'
import { JAIL_NAME_MAX } from '@/lib/jail-name.ts'
import { cn } from '../ui/cn.ts'
import { Field, TextInput } from '../ui/field.tsx'
import type { StepProps } from './step-props.ts'
import { checkNames } from './wizard-problems.ts'

const rules = [
  `Letters, digits, dashes and underscores, at most ${JAIL_NAME_MAX}; it starts with a letter or a digit.`,
  'No dot: the kernel would turn it into an underscore.',
  'Not the beginning of another jail’s name, nor the other way round: iocage takes www for www-staging.',
  'Not all, default or help, and no ALL in capitals: iocage gives them a meaning of their own.',
]

/** What the new jails are called. */
export function NameStep({ values, set, problem, world }: StepProps) {
  const checks = checkNames(values.names, world)
  const bad = checks.filter((check) => check.problem !== undefined)
  return (
    <div className="space-y-5">
      <Field
        label="Name"
        hint={
          <>
            Several at once: <Example>web01 … web05</Example>, <Example>web[01-05]</Example> or{' '}
            <Example>db, mail</Example>
          </>
        }
        // Of several each bad one is named below.
        error={checks.length > 1 && bad.length > 0 ? undefined : problem('names')}
        className="max-w-md"
      >
        <TextInput
          mono
          value={values.names}
          onChange={(event) => set({ names: event.target.value })}
          placeholder="www"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
        />
      </Field>
      {checks.length > 1 && (
        <div>
          <p className="pb-2 font-medium">{checks.length} jails</p>
          <ul aria-label="Names" className="flex flex-wrap gap-1.5">
            {checks.map(({ name, problem: wrong }, n) => (
              <li
                key={`${name} ${n}`}
                className={cn(
                  'flex h-6 items-center gap-1.5 rounded-sm px-2 font-mono text-xs',
                  wrong === undefined ? 'bg-up-soft text-up-text' : 'bg-bad-soft text-bad-text',
                )}
              >
                {wrong === undefined ? <Check aria-hidden size={12} /> : <X aria-hidden size={12} />}
                {name}
              </li>
            ))}
          </ul>
          {bad.length > 0 && (
            <div role="alert" className="mt-3 text-xs text-bad-text">
              <ul className="space-y-1">
                {bad.slice(0, 6).map(({ name, problem: wrong }, n) => (
                  <li key={`${name} ${n}`}>
                    <span className="font-mono">{name}</span>: {wrong}
                  </li>
                ))}
                {bad.length > 6 && <li>and {bad.length - 6} more.</li>}
              </ul>
            </div>
          )}
        </div>
      )}
      <section aria-label="Rules" className="max-w-xl rounded-md bg-sunken px-4 py-3">
        <h3 className="pb-1 font-medium">What a name may be</h3>
        <ul className="list-disc space-y-1 pl-4 text-text-second">
          {rules.map((rule) => (
            <li key={rule}>{rule}</li>
          ))}
        </ul>
      </section>
    </div>
  )
}

const Example = ({ children }: { children: string }) => <code className="font-mono text-text">{children}</code>
