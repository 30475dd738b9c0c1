'use client'

import { useState } from 'react'
import type { User } from '@/lib/account.ts'
import { setUserLimits } from '@/server/panel/actions/account.ts'
import { useChange } from '../live/use-change.ts'
import { DialogButtons } from '../ui/dialog-buttons.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, Select } from '../ui/field.tsx'
import { formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'
import { JailScopeField, jailScopeOf, jailScopeProblem } from './jail-scope-field.tsx'

const consoleChoices = [
  { value: 'role', label: 'as the role says' },
  { value: 'yes', label: 'yes: root inside these jails' },
  { value: 'no', label: 'no' },
]
const wordOf = (consoles: boolean | null) => (consoles === null ? 'role' : consoles ? 'yes' : 'no')

/** Where a user's rights end before the role's do. */
export function LimitsDialog({ user, onClose, onSaved }: { user: User; onClose: () => void; onSaved: () => void }) {
  const [jails, setJails] = useState(user.jails?.join(' ') ?? '')
  const [consoles, setConsoles] = useState(wordOf(user.consoles))
  const save = useChange(setUserLimits, {
    errors: 'inline',
    onSuccess: () => {
      onSaved()
      onClose()
    },
  })
  const problem = jailScopeProblem(jails)
  const error = formError(save.error)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Limits of ${user.userName}`}
      description="Who is limited to some jails sees only those, and has no right over the host."
    >
      <form
        method="post"
        noValidate
        className="space-y-4 pb-2"
        onSubmit={(event) => {
          event.preventDefault()
          if (problem === undefined)
            save.run({
              id: user.id,
              jails: jailScopeOf(jails),
              consoles: consoles === 'role' ? null : consoles === 'yes',
            })
        }}
      >
        <JailScopeField value={jails} onChange={setJails} error={problem} />
        <Field label="Consoles">
          <Select value={consoles} onChange={setConsoles} options={consoleChoices} />
        </Field>
        {error !== undefined && <Note tone="bad">{error}</Note>}
        <DialogButtons submit="Save" onCancel={onClose} pending={save.pending} />
      </form>
    </Dialog>
  )
}
