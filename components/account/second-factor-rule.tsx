'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { SecondFactorPolicy } from '@/lib/account.ts'
import { Role } from '@/lib/capabilities.ts'
import { setSecondFactorPolicy } from '@/server/panel/actions/account.ts'
import { readKey, readQuery } from '../live/read-query.ts'
import { useChange } from '../live/use-change.ts'
import { useCan } from '../live/use-rights.ts'
import { Button } from '../ui/button.tsx'
import { Checkbox } from '../ui/choice.tsx'
import { DialogButtons } from '../ui/dialog-buttons.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'

/** Who must have a second factor, in a line below the users. */
export function SecondFactorRule() {
  const { data, error } = useQuery(readQuery('user.policy', {}))
  const [changing, setChanging] = useState(false)
  const refusal = useCan('user:manage')
  if (error !== null) return <Note tone="bad">{error.message}</Note>
  if (data === undefined) return null
  const roles = Role.options.filter((role) => data.roles.includes(role)).map((role) => `${role}s`)
  return (
    <div className="flex flex-wrap items-center gap-3 border-t border-line px-4 py-3">
      <p className="min-w-0 flex-1 text-text-second">
        {roles.length === 0
          ? 'A second factor is everybody’s own choice.'
          : `Must have a second factor: ${roles.join(', ')}.`}
      </p>
      <Button size="sm" disabledReason={refusal} onClick={() => setChanging(true)}>
        Second factor…
      </Button>
      {changing && <PolicyDialog policy={data} onClose={() => setChanging(false)} />}
    </div>
  )
}

function PolicyDialog({ policy, onClose }: { policy: SecondFactorPolicy; onClose: () => void }) {
  const client = useQueryClient()
  const [roles, setRoles] = useState(policy.roles)
  const save = useChange(setSecondFactorPolicy, {
    errors: 'inline',
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: readKey('user.policy') })
      void client.invalidateQueries({ queryKey: readKey('account.factors') })
      onClose()
    },
  })
  const error = formError(save.error)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Who must have a second factor"
      description="An authenticator app, or a passkey. Whoever has none sets one up at the next step they take, and can do nothing else until then. API tokens are not asked."
    >
      <form
        method="post"
        className="space-y-4 pb-2"
        onSubmit={(event) => {
          event.preventDefault()
          save.run({ roles })
        }}
      >
        <fieldset className="space-y-2">
          <legend className="sr-only">Roles</legend>
          {Role.options.map((role) => (
            <Checkbox
              key={role}
              label={`${role}s`}
              checked={roles.includes(role)}
              onChange={(checked) => setRoles(checked ? [...roles, role] : roles.filter((other) => other !== role))}
            />
          ))}
        </fieldset>
        {error !== undefined && <Note tone="bad">{error}</Note>}
        <DialogButtons submit="Save" onCancel={onClose} pending={save.pending} />
      </form>
    </Dialog>
  )
}
