'use client'

import { useState } from 'react'
import { UserName } from '@/lib/account.ts'
import type { Role } from '@/lib/capabilities.ts'
import { inviteUser } from '@/server/panel/actions/account.ts'
import { useChange } from '../live/use-change.ts'
import { RadioCards } from '../ui/choice.tsx'
import { DialogButtons } from '../ui/dialog-buttons.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, TextInput } from '../ui/field.tsx'
import { fieldError, formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'
import { InviteLink } from './invite-link.tsx'

interface InviteUserDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  onInvited: () => void
}

const roles = [
  { value: 'viewer', label: 'Viewer', hint: 'Sees jails, jobs and the host. Changes nothing.' },
  { value: 'operator', label: 'Operator', hint: 'Starts, stops and creates jails. No consoles, destroys nothing.' },
  { value: 'admin', label: 'Admin', hint: 'Everything, consoles as root too: can do on this host what root can.' },
] as const satisfies readonly { value: Role; label: string; hint: string }[]

/** A new user, who sets the password by a link. */
export function InviteUserDialog(props: InviteUserDialogProps) {
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title="Invite a user">
      <InviteUserForm {...props} />
    </Dialog>
  )
}

function InviteUserForm({ onOpenChange, onInvited }: InviteUserDialogProps) {
  const [userName, setUserName] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [tried, setTried] = useState(false)
  const invite = useChange(inviteUser, { errors: 'inline', onSuccess: onInvited })
  if (invite.output !== undefined)
    return <InviteLink userName={userName} token={invite.output.token} onDone={() => onOpenChange(false)} />
  const problems = {
    userName: UserName.safeParse(userName).error?.issues[0]?.message,
  }
  const shown = (field: keyof typeof problems) =>
    (tried ? problems[field] : undefined) ?? fieldError(invite.error, field)
  const error = formError(invite.error)
  return (
    <form
      method="post"
      noValidate
      className="space-y-4 pb-2"
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (problems.userName === undefined) invite.run({ userName, role })
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
      <RadioCards label="Role" value={role} onChange={setRole} options={roles} />
      {error !== undefined && <Note tone="bad">{error}</Note>}
      <DialogButtons submit="Invite" onCancel={() => onOpenChange(false)} pending={invite.pending} />
    </form>
  )
}
