'use client'

import { useState } from 'react'
import type { LinkAsks } from '@/lib/account.ts'
import type { VerbInput } from '@/lib/contract/verbs.ts'
import { acceptInvite } from '@/server/panel/actions/account.ts'
import { useChange } from '../live/use-change.ts'
import { Button } from '../ui/button.tsx'
import { fieldError, formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'
import { CodeForm } from './code-form.tsx'
import { PasskeyButton } from './passkey-button.tsx'
import { ProviderButton } from './provider-button.tsx'
import { useNewPassword } from './use-new-password.tsx'

interface InviteFormProps {
  token: string
  userName: string
  /** What a reset has left, of which one is shown after the password. */
  asks: LinkAsks
  /** What the OpenID Connect provider is called; null: there is none. */
  provider: string | null
}

/** A password of one's own, by a link; or an account at the OpenID Connect provider in its place. */
export function InviteForm({ token, userName, asks, provider }: InviteFormProps) {
  const chosen = useNewPassword()
  const [tried, setTried] = useState(false)
  const [step, setStep] = useState<'password' | 'factor'>('password')
  const accept = useChange(acceptInvite, {
    errors: 'inline',
    atDoor: true,
    onSuccess: () => window.location.assign('/'),
    onError: (error) => {
      if (fieldError(error, 'password') !== undefined) setStep('password')
    },
  })
  const asksMore = asks.code || asks.passkey
  const run = (shown: Pick<VerbInput<'invite.accept'>, 'code' | 'passkey'> = {}) =>
    accept.run({ token, password: chosen.password, ...shown })
  const error = formError(accept.error)

  if (step === 'factor')
    return (
      <div className="space-y-4">
        {asks.code && (
          <CodeForm
            label={`Code for ${userName}`}
            change={accept}
            onCode={(code) => run({ code })}
            submit="Set password and log in"
          />
        )}
        {asks.passkey && (
          <PasskeyButton
            label="Use a passkey"
            onAnswer={(passkey) => run({ passkey })}
            pending={accept.pending}
            error={asks.code ? undefined : error}
          />
        )}
        <p className="text-xs text-text-second">Lost it? An admin can end it, and give you another link.</p>
        <Button variant="ghost" className="w-full" onClick={() => setStep('password')}>
          Back
        </Button>
      </div>
    )
  const shown = (field: keyof typeof chosen.problems) =>
    (tried ? chosen.problems[field] : undefined) ?? fieldError(accept.error, field)
  return (
    <form
      method="post"
      noValidate
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (Object.values(chosen.problems).some((problem) => problem !== undefined)) return
        accept.reset()
        if (asksMore) setStep('factor')
        else run()
      }}
    >
      <input type="text" name="username" value={userName} readOnly hidden autoComplete="username" />
      {chosen.fields(shown, true)}
      {error !== undefined && <Note tone="bad">{error}</Note>}
      <Button type="submit" variant="primary" size="lg" className="w-full" pending={accept.pending}>
        {asksMore ? 'Continue' : 'Set password and log in'}
      </Button>
      {provider !== null && !asksMore && (
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
