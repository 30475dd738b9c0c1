'use client'

import { useEffect, useRef, useState } from 'react'
import type { WireError } from '@/lib/errors.ts'
import type { Result } from '@/lib/result.ts'
import { failure } from '@/lib/result.ts'
import { acceptInviteByOidc, confirmByOidc, linkOidc, logInByOidc } from '@/server/panel/actions/account.ts'
import { useChange } from '../live/use-change.ts'
import { ButtonLink } from '../ui/button.tsx'
import { formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'
import { CodeForm } from './code-form.tsx'
import { tellConfirmed } from './identity-channel.ts'
import { useLinkToken } from './use-link-token.ts'

interface Answer {
  /** What the provider sent the browser back with, as a query is written. */
  answer: string
  purpose: string
}

const strange: WireError = {
  code: 'not_found',
  message: 'There is nothing to do here.',
  hint: 'The provider sends a browser back to this page after a login.',
  requestId: '',
}

/** Hands the answer to the service, as what it was asked for; the service knows by itself what that was. */
function take({ answer, purpose, code }: Answer & { code?: string }): Promise<Result<{ next: string }>> {
  switch (purpose) {
    case 'login':
      return logInByOidc({ answer, ...(code === undefined ? {} : { code }) })
    case 'invite':
      return acceptInviteByOidc({ answer })
    case 'confirm':
      return confirmByOidc({ answer })
    case 'link':
      return linkOidc({ answer })
    default:
      return Promise.resolve(failure(strange))
  }
}

/** What a browser does that comes back from the OpenID Connect provider. */
export function ProviderReturn({ provider }: { provider: string }) {
  const begun = useRef(false)
  const answer = useLinkToken()
  const [came, setCame] = useState<Answer>()
  const [step, setStep] = useState<'wait' | 'code' | 'confirmed'>('wait')
  const enter = useChange(take, {
    errors: 'inline',
    atDoor: true,
    onSuccess: ({ next }) => {
      if (came?.purpose !== 'confirm') return window.location.assign(next)
      setStep('confirmed')
      tellConfirmed()
      window.close()
    },
    onError: (error) => {
      if (error.code === 'reauthenticate' && error.fields !== undefined) setStep('code')
    },
  })

  useEffect(() => {
    if (begun.current || answer === undefined) return
    begun.current = true
    const purpose = new URLSearchParams(answer).get('state')?.split('.')[0] ?? ''
    setCame({ answer, purpose })
    enter.run({ answer, purpose })
  }, [answer, enter])

  const error = formError(enter.error)
  if (step === 'confirmed')
    return <p className="text-text-second">You are confirmed, and what you asked for goes on. Close this window.</p>
  if (step === 'code' && came !== undefined)
    return <CodeForm change={enter} onCode={(code) => enter.run({ ...came, code })} submit="Log in" />
  if (error === undefined) return <p className="text-text-second">Looking at what {provider} says …</p>
  return (
    <div className="space-y-4">
      <Note tone="bad">{error}</Note>
      {came?.purpose === 'confirm' ? (
        <ButtonLink href="/login/confirm" className="w-full">
          Try again
        </ButtonLink>
      ) : (
        <ButtonLink href={came?.purpose === 'link' ? '/account' : '/login'} className="w-full">
          {came?.purpose === 'link' ? 'To your account' : 'To the login'}
        </ButtonLink>
      )}
    </div>
  )
}
