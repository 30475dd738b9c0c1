'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Password, PASSWORD_MIN } from '@/lib/account.ts'
import { changePassword } from '@/server/panel/actions/account.ts'
import { readKey, readQuery } from '../live/read-query.ts'
import { useChange } from '../live/use-change.ts'
import { useActor, useCan } from '../live/use-rights.ts'
import { Button } from '../ui/button.tsx'
import { Field, TextInput } from '../ui/field.tsx'
import { fieldError, formError } from '../ui/form-errors.ts'
import { Note, Panel } from '../ui/panel.tsx'
import { toast } from '../ui/toast.tsx'

const EMPTY = { current: '', next: '', again: '' }

/** Another password for oneself; the other sessions end with it. */
export function PasswordPanel() {
  const [form, setForm] = useState(EMPTY)
  const client = useQueryClient()
  const [tried, setTried] = useState(false)
  const { userName } = useActor()
  const refusal = useCan('account:own')
  const change = useChange(changePassword, {
    errors: 'inline',
    onSuccess: () => {
      setForm(EMPTY)
      setTried(false)
      void client.invalidateQueries({ queryKey: readKey('account.factors') })
      toast.success('Your password is changed.')
    },
  })
  const { data: factors } = useQuery(readQuery('account.factors', {}))
  const isFirst = factors?.password === false
  const set = (field: keyof typeof EMPTY) => (event: { target: { value: string } }) =>
    setForm({ ...form, [field]: event.target.value })
  const problems = {
    current: isFirst || form.current !== '' ? undefined : 'Give your present password.',
    next: Password.safeParse(form.next).error?.issues[0]?.message,
    again: form.again === form.next ? undefined : 'The two passwords differ.',
  }
  const shown = (field: keyof typeof problems) =>
    (tried ? problems[field] : undefined) ?? fieldError(change.error, field)
  const error = formError(change.error)
  if (factors?.oidc.link?.byGroup === true)
    return (
      <Panel title="Password">
        <p className="text-text-second">
          None: you come in by a group at {factors.oidc.provider}. An admin can reset you, which gives you a link to set
          one.
        </p>
      </Panel>
    )
  return (
    <Panel title="Password">
      <form
        method="post"
        noValidate
        className="max-w-sm space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (Object.values(problems).every((problem) => problem === undefined))
            change.run({ current: form.current, next: form.next })
        }}
      >
        {/* Password managers want to know whose it is. */}
        <input type="text" name="username" value={userName} readOnly hidden autoComplete="username" />
        {!isFirst && (
          <Field label="Present password" error={shown('current')}>
            <TextInput type="password" value={form.current} onChange={set('current')} autoComplete="current-password" />
          </Field>
        )}
        <Field label="New password" hint={`At least ${PASSWORD_MIN} characters.`} error={shown('next')}>
          <TextInput type="password" value={form.next} onChange={set('next')} autoComplete="new-password" />
        </Field>
        <Field label="New password again" error={shown('again')}>
          <TextInput type="password" value={form.again} onChange={set('again')} autoComplete="new-password" />
        </Field>
        {error !== undefined && <Note tone="bad">{error}</Note>}
        <Button type="submit" disabledReason={refusal} pending={change.pending}>
          {isFirst ? 'Set a password' : 'Change password'}
        </Button>
      </form>
    </Panel>
  )
}
