'use client'

import { useState } from 'react'
import type { SettableProperty } from '@/lib/contract/jail-verbs.ts'
import { type Jail, shownJail } from '@/lib/jail.ts'
import { jailPropertyProblem } from '@/lib/jail-properties.ts'
import { setJailProperty } from '@/server/panel/actions/jails.ts'
import { useChange } from '../live/use-change.ts'
import { Button } from '../ui/button.tsx'
import { RadioCards } from '../ui/choice.tsx'
import { Field, TextInput } from '../ui/field.tsx'
import { Note } from '../ui/panel.tsx'
import { AddressFields } from './address-fields.tsx'
import { useJailRefusal } from './use-jail-refusal.ts'
import { usePreview } from './use-preview.ts'
import { useSettled } from './use-settled.ts'
import { WhatRuns } from './what-runs.tsx'

interface PropertyEditorProps {
  jail: Jail
  property: SettableProperty
  /** The value in force, as iocage has it. */
  value: string
  onDone: () => void
}

const isOn = (value: string): boolean => ['1', 'on', 'yes', 'true'].includes(value.toLowerCase())

/** The value as the form begins with: iocage's words for *nothing* and *yes* are the form's. */
function formValue(property: SettableProperty, value: string): string {
  if (property === 'boot') return isOn(value) ? 'on' : 'off'
  if (property === 'notes' && value === 'none') return ''
  return value
}

/** Changes one property in its place: checks as one types, and shows the command before it runs. */
export function PropertyEditor({ jail, property, value, onDone }: PropertyEditorProps) {
  const [before] = useState(() => formValue(property, value))
  const [next, setNext] = useState(before)
  // The jail whose value was shown, also when another one took its place meanwhile.
  const [shown] = useState(() => shownJail(jail))
  const refusal = useJailRefusal()('configure', jail)
  const change = useChange(setJailProperty, { errors: 'inline', onSuccess: onDone })
  const input = { ...shown, property, value: next }
  const wrong = jailPropertyProblem(property, next)
  const isChanged = next !== before
  const settled = useSettled(isChanged && wrong === undefined ? input : undefined)
  const isChecked = settled?.value === next
  const preview = usePreview('jail.set', settled)
  const problem = wrong ?? (isChecked ? preview.problems[0] : undefined)
  const complaint = isChanged ? (problem ?? change.error?.message) : undefined
  const reason =
    refusal ??
    (isChanged ? problem : 'Nothing is changed yet.') ??
    (isChecked && !preview.isPending ? undefined : 'It is being checked.')
  const type = (text: string) => {
    change.reset()
    setNext(text)
  }
  return (
    <form
      aria-label={`Change ${property}`}
      className="max-w-2xl space-y-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (reason === undefined && !change.pending) change.run(input)
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onDone()
      }}
    >
      {property === 'ip4_addr' && (
        <>
          <AddressFields tag={jail.tag} value={before} onChange={type} />
          {complaint !== undefined && <p className="text-xs text-bad-text">{complaint}</p>}
        </>
      )}
      {property === 'boot' && (
        <RadioCards
          label="Boot"
          columns={2}
          value={next}
          onChange={type}
          options={[
            { value: 'on', label: 'Start with the host', hint: 'iocage starts it when the host starts.' },
            { value: 'off', label: 'Start by hand', hint: 'It stays down until somebody starts it.' },
          ]}
        />
      )}
      {(property === 'host_hostname' || property === 'notes') && (
        <Field label={<span className="sr-only">{property}</span>} error={complaint}>
          <TextInput
            mono={property === 'host_hostname'}
            value={next}
            onChange={(event) => type(event.target.value)}
            autoComplete="off"
            spellCheck={property === 'notes'}
            autoFocus
          />
        </Field>
      )}
      {property === 'boot' && complaint !== undefined && <Note tone="bad">{complaint}</Note>}
      {isChanged && wrong === undefined && (
        <>
          <WhatRuns preview={preview} problems={false} />
          {preview.effects.map((effect) => (
            <Note key={effect}>{effect}</Note>
          ))}
        </>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" disabledReason={reason} pending={change.pending}>
          Save
        </Button>
        <Button onClick={onDone}>Cancel</Button>
      </div>
    </form>
  )
}
