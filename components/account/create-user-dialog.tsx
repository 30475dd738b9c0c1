'use client'

import { useState } from 'react'
import { Password, PASSWORD_MIN, UserName } from '@/lib/account.ts'
import type { Role } from '@/lib/capabilities.ts'
import { createUser } from '@/server/panel/actions/account.ts'
import { useChange } from '../live/use-change.ts'
import { Button } from '../ui/button.tsx'
import { RadioCards } from '../ui/choice.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, TextInput } from '../ui/field.tsx'
import { fieldError, formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'

interface CreateUserDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  onCreated: () => void
}

const roles = [
  { value: 'viewer', label: 'Viewer', hint: 'Sees jails, jobs and the host. Changes nothing.' },
  { value: 'operator', label: 'Operator', hint: 'Starts, stops and creates jails. No consoles, destroys nothing.' },
  { value: 'admin', label: 'Admin', hint: 'Everything, consoles as root too: can do on this host what root can.' },
] as const satisfies readonly { value: Role; label: string; hint: string }[]

/** A new user with a first password. */
export function CreateUserDialog(props: CreateUserDialogProps) {
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title="Create user">
      <CreateUserForm {...props} />
    </Dialog>
  )
}

function CreateUserForm({ onOpenChange, onCreated }: CreateUserDialogProps) {
  const [userName, setUserName] = useState('')
  const [password, setPassword] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [tried, setTried] = useState(false)
  const create = useChange(createUser, {
    errors: 'inline',
    onSuccess: () => {
      onCreated()
      onOpenChange(false)
    },
  })
  const problems = {
    userName: UserName.safeParse(userName).error?.issues[0]?.message,
    password: Password.safeParse(password).error?.issues[0]?.message,
  }
  const shown = (field: keyof typeof problems) =>
    (tried ? problems[field] : undefined) ?? fieldError(create.error, field)
  const error = formError(create.error)
  return (
    <form
      method="post"
      noValidate
      className="space-y-4 pb-2"
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (problems.userName === undefined && problems.password === undefined) create.run({ userName, password, role })
      }}
    >
      <Field label="User name" error={shown('userName')}>
        <TextInput
          value={userName}
          onChange={(event) => setUserName(event.target.value)}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
        />
      </Field>
      <Field
        label="First password"
        hint={`At least ${PASSWORD_MIN} characters. Tell it to them; they can change it on this page.`}
        error={shown('password')}
      >
        <TextInput
          type="password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          autoComplete="new-password"
        />
      </Field>
      <RadioCards label="Role" value={role} onChange={setRole} options={roles} />
      {error !== undefined && <Note tone="bad">{error}</Note>}
      <div className="flex justify-end gap-2">
        <Button onClick={() => onOpenChange(false)}>Cancel</Button>
        <Button type="submit" variant="primary" pending={create.pending}>
          Create user
        </Button>
      </div>
    </form>
  )
}
