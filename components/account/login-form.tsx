'use client'

import { useState } from 'react'
import { logIn, logInByPasskey } from '@/server/panel/actions/account.ts'
import { useChange } from '../live/use-change.ts'
import { Button } from '../ui/button.tsx'
import { Field, TextInput } from '../ui/field.tsx'
import { formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'
import { CodeForm } from './code-form.tsx'
import { PasskeyButton } from './passkey-button.tsx'
import { ProviderButton } from './provider-button.tsx'

interface LoginFormProps {
  /** A page of this panel to go to afterwards. */
  next: string
  /** What the OpenID Connect provider is called; null: there is none. */
  provider: string | null
}

/** User name and password, then the code of who has an authenticator app; or a passkey; or the provider. */
export function LoginForm({ next, provider }: LoginFormProps) {
  const [userName, setUserName] = useState('')
  const [password, setPassword] = useState('')
  const [step, setStep] = useState<'password' | 'code'>('password')
  const login = useChange(logIn, {
    errors: 'inline',
    atDoor: true,
    // A whole new page: nothing of the former visitor stays in memory.
    onSuccess: () => window.location.assign(next),
    onError: (failure) => {
      if (failure.code === 'reauthenticate') setStep('code')
    },
  })
  const byPasskey = useChange(logInByPasskey, {
    errors: 'inline',
    atDoor: true,
    onSuccess: () => window.location.assign(next),
  })
  const error = formError(login.error)
  const enter = (code?: string) =>
    login.run({ userName: userName.trim(), password, ...(code === undefined ? {} : { code }) })

  if (step === 'code')
    return (
      <CodeForm label={`Code for ${userName.trim()}`} change={login} onCode={enter} submit="Log in">
        <Button
          variant="ghost"
          className="w-full"
          onClick={() => {
            setStep('password')
            setPassword('')
            login.reset()
          }}
        >
          Back
        </Button>
      </CodeForm>
    )
  return (
    <div className="space-y-4">
      <form
        method="post"
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          enter()
        }}
      >
        <Field label="User name">
          <TextInput
            name="username"
            value={userName}
            onChange={(event) => setUserName(event.target.value)}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            required
          />
        </Field>
        <Field label="Password">
          <TextInput
            name="password"
            type="password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            autoComplete="current-password"
            required
          />
        </Field>
        {error !== undefined && <Note tone="bad">{error}</Note>}
        <Button type="submit" variant="primary" size="lg" className="w-full" pending={login.pending}>
          Log in
        </Button>
      </form>
      <div className="flex items-center gap-3 text-xs text-text-second" aria-hidden>
        <span className="h-px flex-1 bg-line" /> or <span className="h-px flex-1 bg-line" />
      </div>
      <PasskeyButton
        label="Use a passkey"
        onAnswer={(passkey) => byPasskey.run({ passkey })}
        pending={byPasskey.pending}
        error={formError(byPasskey.error)}
      />
      {provider !== null && <ProviderButton provider={provider} next={next} />}
    </div>
  )
}
