'use client'

import { useState } from 'react'
import { addPasskey, beginPasskey } from '@/server/panel/actions/account.ts'
import { useChange } from '../live/use-change.ts'
import { DialogButtons } from '../ui/dialog-buttons.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, TextInput } from '../ui/field.tsx'
import { fieldError, formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'
import { browserName } from './browser-name.ts'
import { makePasskey } from './browser-passkeys.ts'

/** Has the browser make a passkey, under a name. */
export function AddPasskeyDialog({ onClose, onAdded }: { onClose: () => void; onAdded: () => void }) {
  const [name, setName] = useState(() => browserName(window.navigator.userAgent))
  const [problem, setProblem] = useState<string>()
  const add = useChange(addPasskey, {
    errors: 'inline',
    onSuccess: () => {
      onAdded()
      onClose()
    },
  })
  const begin = useChange(beginPasskey, {
    errors: 'inline',
    onSuccess: ({ options }) =>
      void makePasskey(options).then((made) => {
        if (made.ok) add.run({ name, passkey: made.value })
        else setProblem(made.error.message)
        return undefined
      }),
  })
  const error = problem ?? formError(begin.error) ?? formError(add.error)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Add a passkey"
      description="Give it a name by which you know it again. Your browser does the rest."
    >
      <form
        method="post"
        className="space-y-4 pb-2"
        onSubmit={(event) => {
          event.preventDefault()
          setProblem(undefined)
          begin.run({})
        }}
      >
        <Field label="Name" error={fieldError(add.error, 'name')}>
          <TextInput value={name} onChange={(event) => setName(event.target.value)} maxLength={60} autoFocus />
        </Field>
        {error !== undefined && <Note tone="bad">{error}</Note>}
        <DialogButtons
          submit="Continue"
          onCancel={onClose}
          pending={begin.pending || add.pending}
          disabledReason={name.trim() === '' ? 'Give the passkey a name.' : undefined}
        />
      </form>
    </Dialog>
  )
}
