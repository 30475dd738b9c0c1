'use client'

import { useEffect, useRef } from 'react'
import { beginOidc } from '@/server/panel/actions/account.ts'
import { useChange } from '../live/use-change.ts'
import { Button } from '../ui/button.tsx'
import { formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'

/** Goes on to the provider at once, which asks there who one is. */
export function GoConfirm({ provider }: { provider: string }) {
  const begun = useRef(false)
  const begin = useChange(beginOidc, {
    errors: 'inline',
    atDoor: true,
    // Replaced: going back from the provider must not come here and be sent on again.
    onSuccess: ({ url }) => window.location.replace(url),
  })
  const go = () => begin.run({ origin: window.location.origin, purpose: 'confirm' })
  useEffect(() => {
    if (begun.current) return
    begun.current = true
    go()
  })
  const error = formError(begin.error)
  if (error === undefined) return <p className="text-text-second">Going to {provider} …</p>
  return (
    <div className="space-y-4">
      <Note tone="bad">{error}</Note>
      <Button className="w-full" pending={begin.pending} onClick={go}>
        Try again
      </Button>
    </div>
  )
}
