'use client'

import { useState } from 'react'
import { UserName } from '@/lib/account.ts'
import { completeSetup } from '@/server/panel/actions/account.ts'
import { useChange } from '../live/use-change.ts'
import { Button } from '../ui/button.tsx'
import { Field, TextInput } from '../ui/field.tsx'
import { fieldError, formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'
import { LinkField } from './link-field.tsx'
import { NeedsScript } from './needs-script.tsx'
import { tokenIn, useLinkToken } from './use-link-token.ts'
import { useNewPassword } from './use-new-password.tsx'

/** The first admin. The token comes from the link that the terminal printed; it can be pasted as well. */
export function SetupForm() {
  const brought = useLinkToken()
  const [pasted, setPasted] = useState('')
  const token = brought === undefined || brought === '' ? tokenIn(pasted) : brought
  const [userName, setUserName] = useState('')
  const chosen = useNewPassword()
  const [tried, setTried] = useState(false)
  const setup = useChange(completeSetup, {
    errors: 'inline',
    atDoor: true,
    onSuccess: () => window.location.assign('/'),
  })

  const problems = {
    token: token === '' ? 'Paste the token from the terminal.' : undefined,
    userName: UserName.safeParse(userName).error?.issues[0]?.message,
    ...chosen.problems,
  }
  const shown = (field: keyof typeof problems) =>
    (tried ? problems[field] : undefined) ?? fieldError(setup.error, field)
  const error = formError(setup.error)

  return (
    <form
      method="post"
      noValidate
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (Object.values(problems).every((problem) => problem === undefined))
          setup.run({ token, userName, password: chosen.password })
      }}
    >
      <NeedsScript />
      {brought === '' && (
        <LinkField
          label="Set-up token"
          hint="The link that the terminal printed when Cellblock started, or the part of it behind #."
          error={shown('token')}
          value={pasted}
          onChange={setPasted}
        />
      )}
      <Field label="User name" error={shown('userName')}>
        <TextInput
          name="username"
          value={userName}
          onChange={(event) => setUserName(event.target.value)}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
        />
      </Field>
      {chosen.fields(shown)}
      {error !== undefined && <Note tone="bad">{error}</Note>}
      <Button type="submit" variant="primary" size="lg" className="w-full" pending={setup.pending}>
        Create the admin
      </Button>
    </form>
  )
}
