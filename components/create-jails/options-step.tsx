'use client'

import { parseJailNames } from '@/lib/jail-name.ts'
import { Checkbox } from '../ui/choice.tsx'
import { Field, TextInput } from '../ui/field.tsx'
import type { StepProps } from './step-props.ts'
import { hostNameOf } from './wizard-problems.ts'

/** What else matters at the beginning; everything can be changed later. */
export function OptionsStep({ values, set, problem }: StepProps) {
  const { names } = parseJailNames(values.names)
  const [first = '', second] = names
  const several = names.length > 1
  const them = several ? 'them' : 'it'
  return (
    <div className="max-w-xl space-y-5">
      {several ? (
        <Field
          label="Domain"
          hint={
            <>
              Host names become <code className="font-mono">{hostNameOf(first, names, values)}</code>
              {second !== undefined && (
                <>
                  , <code className="font-mono">{hostNameOf(second, names, values)}</code>
                </>
              )}
              {names.length > 2 && ' …'}
            </>
          }
          error={problem('domain')}
        >
          <TextInput
            mono
            value={values.domain}
            onChange={(event) => set({ domain: event.target.value })}
            placeholder="example.org"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
        </Field>
      ) : (
        <Field
          label="Host name"
          hint="What hostname answers inside the jail. Empty: its name."
          error={problem('hostName')}
        >
          <TextInput
            mono
            value={values.hostName}
            onChange={(event) => set({ hostName: event.target.value })}
            placeholder={hostNameOf(first, names, { ...values, hostName: '' })}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
        </Field>
      )}
      <Field label="Notes" hint="For people; iocage does not read them." error={problem('notes')}>
        <TextInput value={values.notes} onChange={(event) => set({ notes: event.target.value })} autoComplete="off" />
      </Field>
      <div className="space-y-3">
        <Checkbox
          checked={values.boot}
          onChange={(boot) => set({ boot })}
          label={`Start ${them} together with the host`}
        />
        <Checkbox
          checked={values.start}
          onChange={(start) => set({ start })}
          label={`Start ${them} right after creating`}
        />
      </div>
    </div>
  )
}
