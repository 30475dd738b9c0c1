'use client'

import { Field, TextInput } from '../ui/field.tsx'

interface CodeFieldProps {
  value: string
  onChange: (code: string) => void
  error: string | undefined
  label?: string
  hint?: string | undefined
}

/** Six digits of an authenticator app; phones and password managers fill it in by themselves. */
export function CodeField({ value, onChange, error, label = 'Code', hint }: CodeFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      <TextInput
        mono
        name="code"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={32}
        autoFocus
      />
    </Field>
  )
}
