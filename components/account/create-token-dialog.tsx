'use client'

import { useState } from 'react'
import { Role } from '@/lib/capabilities.ts'
import { createToken } from '@/server/panel/actions/account.ts'
import { useChange } from '../live/use-change.ts'
import { useActor } from '../live/use-rights.ts'
import { Button } from '../ui/button.tsx'
import { Checkbox } from '../ui/choice.tsx'
import { CopyTextButton } from '../ui/copy-button.tsx'
import { DialogButtons } from '../ui/dialog-buttons.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, Select, TextInput } from '../ui/field.tsx'
import { fieldError, formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'
import { JailScopeField, jailScopeOf, jailScopeProblem } from './jail-scope-field.tsx'

const lives = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '366', label: 'a year' },
  { value: '', label: 'for ever' },
]

/** A new key for a program. */
export function CreateTokenDialog({ onClose, onCreated }: { onClose: () => void; onCreated: () => void }) {
  const { role: own } = useActor()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [jails, setJails] = useState('')
  const [days, setDays] = useState('90')
  const [unattended, setUnattended] = useState(false)
  const [tried, setTried] = useState(false)
  const create = useChange(createToken, { errors: 'inline', onSuccess: onCreated })
  if (create.output !== undefined)
    return (
      <Dialog open onOpenChange={onClose} width="md" title={`The token ${create.output.info.name}`}>
        <TokenShown token={create.output.token} onDone={onClose} />
      </Dialog>
    )
  const problems = {
    name: name.trim() === '' ? 'Give the token a name.' : undefined,
    jails: jailScopeProblem(jails),
  }
  const error = formError(create.error)
  return (
    <Dialog open onOpenChange={onClose} title="Create an API token">
      <form
        method="post"
        noValidate
        className="space-y-4 pb-2"
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (problems.name === undefined && problems.jails === undefined)
            create.run({
              ...{ name, role, unattended, jails: jailScopeOf(jails) },
              days: days === '' ? null : Number(days),
            })
        }}
      >
        <Field
          label="Name"
          hint="What it is for: it stands in the audit log."
          error={(tried ? problems.name : undefined) ?? fieldError(create.error, 'name')}
        >
          <TextInput
            value={name}
            onChange={(event) => setName(event.target.value)}
            maxLength={60}
            autoComplete="off"
            autoFocus
          />
        </Field>
        <div className="grid grid-cols-2 gap-4">
          <Field label="Role">
            <Select
              value={role}
              onChange={(value) => setRole(Role.parse(value))}
              options={Role.options
                .slice(0, Role.options.indexOf(own) + 1)
                .map((option) => ({ value: option, label: option }))}
            />
          </Field>
          <Field label="Works">
            <Select value={days} onChange={setDays} options={lives} />
          </Field>
        </div>
        <JailScopeField value={jails} onChange={setJails} error={tried ? problems.jails : undefined} />
        {role === 'admin' && (
          <Checkbox
            checked={unattended}
            onChange={setUnattended}
            label="May destroy jails and configure the host, though nobody is there to confirm it"
          />
        )}
        {error !== undefined && <Note tone="bad">{error}</Note>}
        <DialogButtons submit="Create token" onCancel={onClose} pending={create.pending} />
      </form>
    </Dialog>
  )
}

function TokenShown({ token, onDone }: { token: string; onDone: () => void }) {
  const example = [
    'curl -H "Authorization: Bearer $TOKEN"',
    '-H "Content-Type: application/json"',
    `-d '{"input":{}}' ${window.location.origin}/api/call/host.snapshot`,
  ].join(' \\\n  ')
  return (
    <div className="space-y-4 pb-2">
      <p>It is not shown again.</p>
      <code aria-label="Token" className="block rounded-md bg-sunken p-3 font-mono text-xs break-all">
        {token}
      </code>
      <div>
        <p className="mb-1 text-text-second">For example:</p>
        <pre className="overflow-x-auto rounded-md bg-sunken p-3 font-mono text-xs" tabIndex={0}>
          {example}
        </pre>
      </div>
      <div className="flex items-center justify-end gap-2">
        <CopyTextButton text={token} label="Copy the token" />
        <Button variant="primary" onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  )
}
