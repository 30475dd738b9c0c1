'use client'

import { useState } from 'react'
import { Password, PASSWORD_MIN } from '@/lib/account.ts'
import { Field, TextInput } from '../ui/field.tsx'

/** A password that is chosen, typed twice: its value, what is wrong with it, and its two fields. */
export function useNewPassword() {
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const problems = {
    password: Password.safeParse(password).error?.issues[0]?.message,
    again: again === password ? undefined : 'The two passwords differ.',
  }
  /** `shown`: the problem that a field tells now. */
  const fields = (shown: (field: keyof typeof problems) => string | undefined, autoFocus = false) => (
    <>
      <Field
        label="Password"
        hint={`At least ${PASSWORD_MIN} characters. A sentence is fine.`}
        error={shown('password')}
      >
        <TextInput
          name="password"
          type="password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          autoComplete="new-password"
          autoFocus={autoFocus}
        />
      </Field>
      <Field label="Password again" error={shown('again')}>
        <TextInput
          type="password"
          value={again}
          onChange={(event) => setAgain(event.target.value)}
          autoComplete="new-password"
        />
      </Field>
    </>
  )
  return { password, problems, fields }
}
