'use client'

import { useEffect, useState } from 'react'
import { acceptInvite } from '@/server/panel/actions/account.ts'
import { useChange } from '../live/use-change.ts'
import { Button } from '../ui/button.tsx'
import { fieldError, formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'
import { useNewPassword } from './use-new-password.tsx'

/** A password of one's own, by a link. */
export function InviteForm({ token, userName }: { token: string; userName: string }) {
  const chosen = useNewPassword()
  const [tried, setTried] = useState(false)
  const accept = useChange(acceptInvite, {
    errors: 'inline',
    atDoor: true,
    onSuccess: () => window.location.assign('/'),
  })

  // The token is for one use and no business of the history.
  useEffect(() => window.history.replaceState(null, '', '/invite'), [])

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
    </form>
  )
}
