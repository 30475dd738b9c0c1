'use client'

import { LogIn } from 'lucide-react'
import { useState } from 'react'
import { beginOidc } from '@/server/panel/actions/account.ts'
import { useChange } from '../live/use-change.ts'
import { Button } from '../ui/button.tsx'
import { formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'

interface ProviderButtonProps {
  /** What the OpenID Connect provider is called. */
  provider: string
  next: string
  /** Of the link that invites; without it a login. */
  token?: string
}

/** Goes to the OpenID Connect provider. */
export function ProviderButton({ provider, next, token }: ProviderButtonProps) {
  const [leaving, setLeaving] = useState(false)
  const begin = useChange(beginOidc, {
    errors: 'inline',
    atDoor: true,
    onSuccess: ({ url }) => {
      setLeaving(true)
      window.location.assign(url)
    },
  })
  const error = formError(begin.error)
  return (
    <div className="space-y-3">
      <Button
        icon={LogIn}
        size="lg"
        className="w-full"
        pending={begin.pending || leaving}
        onClick={() =>
          begin.run({
            ...{ origin: window.location.origin, next },
            ...(token === undefined ? { purpose: 'login' } : { purpose: 'invite', token }),
          })
        }
      >
        Continue with {provider}
      </Button>
      {error !== undefined && <Note tone="bad">{error}</Note>}
    </div>
  )
}
