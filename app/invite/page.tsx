import type { Metadata } from 'next'
import { InviteForm } from '@/components/account/invite-form.tsx'
import { ServiceAway } from '@/components/shell/service-away.tsx'
import { ButtonLink } from '@/components/ui/button.tsx'
import { Door } from '@/components/ui/door.tsx'
import { loadInvite } from '@/server/panel/loaders/account.ts'
import { isPartialRequest } from '@/server/panel/partial-request.ts'

export const metadata: Metadata = { title: 'Set a password' }

export default async function InvitePage({ searchParams }: { searchParams: Promise<{ token?: string | string[] }> }) {
  const { token } = await searchParams
  const given = typeof token === 'string' ? token : ''
  const invite = await loadInvite(given)
  if (invite.ok)
    return (
      <Door title={`Welcome, ${invite.value.userName}`} description="Set the password with which you will log in.">
        <InviteForm token={given} userName={invite.value.userName} />
      </Door>
    )
  if (await isPartialRequest())
    return (
      <Door title="The password is set" description="You are logged in.">
        <ButtonLink href="/">To the panel</ButtonLink>
      </Door>
    )
  if (invite.error.code === 'unavailable') return <ServiceAway error={invite.error} />
  return (
    <Door title="This link does not work" description={`${invite.error.message} ${invite.error.hint ?? ''}`}>
      <ButtonLink href="/login">To the login</ButtonLink>
    </Door>
  )
}
