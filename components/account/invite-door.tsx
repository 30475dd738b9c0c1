'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { readQuery } from '../live/read-query.ts'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Door } from '../ui/door.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { InviteForm } from './invite-form.tsx'
import { LinkField } from './link-field.tsx'
import { NeedsScript } from './needs-script.tsx'
import { tokenIn, useLinkToken } from './use-link-token.ts'

/** Where an invited user sets a password. `provider`: what the OpenID Connect provider is called; null: there is none. */
export function InviteDoor({ provider }: { provider: string | null }) {
  const brought = useLinkToken()
  const [pasted, setPasted] = useState('')
  const token = brought === '' ? pasted : brought
  if (token === undefined)
    return (
      <Door title="Set a password">
        <NeedsScript />
        <SkeletonRows rows={3} />
      </Door>
    )
  return token === '' ? <PasteLink onToken={setPasted} /> : <Invited key={token} token={token} provider={provider} />
}

function PasteLink({ onToken }: { onToken: (token: string) => void }) {
  const [text, setText] = useState('')
  const [tried, setTried] = useState(false)
  return (
    <Door
      title="Set a password"
      description="An admin gives you a link that opens this page. Open it whole, with what stands behind #, or paste it here."
    >
      <form
        method="post"
        noValidate
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          onToken(tokenIn(text))
        }}
      >
        <LinkField
          label="Link"
          error={tried && tokenIn(text) === '' ? 'Paste the link.' : undefined}
          value={text}
          onChange={setText}
        />
        <Button type="submit" variant="primary" size="lg" className="w-full">
          Continue
        </Button>
      </form>
    </Door>
  )
}

function Invited({ token, provider }: { token: string; provider: string | null }) {
  const { data, error, refetch, isFetching } = useQuery({
    ...readQuery('invite.status', { token }),
    // Each question counts towards the limits of who guesses links; and a link that was just used stays on this page.
    ...{ retry: false, staleTime: Number.POSITIVE_INFINITY, gcTime: Number.POSITIVE_INFINITY },
  })
  if (data !== undefined)
    return (
      <Door
        title={`Welcome, ${data.userName}`}
        description={
          data.asks.code || data.asks.passkey
            ? 'Set a new password. Your second factor is asked for, too.'
            : 'Set the password with which you will log in.'
        }
      >
        <InviteForm token={token} {...data} provider={provider} />
      </Door>
    )
  if (error === null)
    return (
      <Door title="Set a password">
        <SkeletonRows rows={3} />
      </Door>
    )
  const { code, message, hint } = error.error
  const isGone = code === 'not_found' || code === 'conflict'
  return (
    <Door title={isGone ? 'This link does not work' : 'Not now'} description={`${message} ${hint ?? ''}`}>
      {isGone ? (
        <ButtonLink href="/login">To the login</ButtonLink>
      ) : (
        <Button size="lg" className="w-full" pending={isFetching} onClick={() => void refetch()}>
          Try again
        </Button>
      )}
    </Door>
  )
}
