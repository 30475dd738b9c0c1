'use client'

import { JailScope, patternsOf } from '@/lib/jail-scope.ts'
import { Field, TextInput } from '../ui/field.tsx'

interface JailScopeFieldProps {
  /** As typed; empty: all jails. */
  value: string
  onChange: (text: string) => void
  error: string | undefined
}

/** The jails that someone is limited to, as typed. */
export const jailScopeOf = (text: string): JailScope => (patternsOf(text).length === 0 ? null : patternsOf(text))

/** What is wrong with what was typed; undefined: nothing. */
export const jailScopeProblem = (text: string): string | undefined =>
  JailScope.safeParse(jailScopeOf(text)).error?.issues[0]?.message

/** Tags and patterns of tags. */
export function JailScopeField({ value, onChange, error }: JailScopeFieldProps) {
  return (
    <Field label="Jails" hint="Tags, with * and ? as in a shell: web* db-?. Empty: all jails." error={error}>
      <TextInput
        mono
        value={value}
        onChange={(event) => onChange(event.target.value)}
        placeholder="all"
        autoComplete="off"
        spellCheck={false}
      />
    </Field>
  )
}
