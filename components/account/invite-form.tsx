'use client'

import { useState } from 'react'
import { acceptInvite } from '@/server/panel/actions/account.ts'
import { useChange } from '../live/use-change.ts'
import { Button } from '../ui/button.tsx'
import { fieldError, formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'
import { ProviderButton } from './provider-button.tsx'
import { useNewPassword } from './use-new-password.tsx'

interface InviteFormProps {
  token: string
  userName: string
  /** What the OpenID Connect provider is called; null: there is none. */
  provider: string | null
}

/** A password of one's own, by a link; or an account at the OpenID Connect provider in its place. */
export function InviteForm({ token, userName, provider }: InviteFormProps) {
  const chosen = useNewPassword()
  const [tried, setTried] = useState(false)
  const accept = useChange(acceptInvite, {
    errors: 'inline',
    atDoor: true,
    onSuccess: () => window.location.assign('/'),
  })

  const shown = (field: keyof typeof chosen.problems) =>
    (tried ? chosen.problems[field] : undefined) ?? fieldError(accept.error, field)
  const error = formError(accept.error)
  return (
    <form
      method="post"
      noValidate
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (Object.values(chosen.problems).every((problem) => problem === undefined))
          accept.run({ token, password: chosen.password })
      }}
    >
      <input type="text" name="username" value={userName} readOnly hidden autoComplete="username" />
      {chosen.fields(shown, true)}
      {error !== undefined && <Note tone="bad">{error}</Note>}
      <Button type="submit" variant="primary" size="lg" className="w-full" pending={accept.pending}>
        Set password and log in
      </Button>
      {provider !== null && (
        <>
          <div className="flex items-center gap-3 text-xs text-text-second" aria-hidden>
            <span className="h-px flex-1 bg-line" /> or without a password <span className="h-px flex-1 bg-line" />
          </div>
          <ProviderButton provider={provider} next="/" token={token} />
        </>
      )}
    </form>
  )
}
