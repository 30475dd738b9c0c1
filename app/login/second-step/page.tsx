import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { ConfirmIdentity } from '@/components/account/confirm-identity-dialog.tsx'
import { SecondStep } from '@/components/account/second-step.tsx'
import { ServiceAway } from '@/components/shell/service-away.tsx'
import { ButtonLink } from '@/components/ui/button.tsx'
import { Door } from '@/components/ui/door.tsx'
import { isOwnPath } from '@/lib/own-path.ts'
import { loadMe } from '@/server/panel/loaders/account.ts'
import { isPartialRequest } from '@/server/panel/partial-request.ts'

export const metadata: Metadata = { title: 'A second factor' }

/** For a session whose role must have a second factor: the service lets it do nothing else. */
export default async function SecondStepPage({
  searchParams,
}: {
  searchParams: Promise<{ next?: string | string[] }>
}) {
  const [{ next }, me] = await Promise.all([searchParams, loadMe()])
  const target = typeof next === 'string' && isOwnPath(next) ? next : '/'
  if (!me.ok && me.error.code === 'unauthenticated') {
    if (!(await isPartialRequest())) redirect('/login')
    // After the logout here, whose page goes on by itself.
    return (
      <Door title="You are logged out">
        <ButtonLink href="/login">To the login</ButtonLink>
      </Door>
    )
  }
  if (!me.ok) return <ServiceAway error={me.error} />
  const { role, userName, secondStep } = me.value.actor
  if (secondStep === undefined && !(await isPartialRequest())) redirect(target)
  return (
    <>
      <SecondStep step={secondStep} role={role} next={target} />
      <ConfirmIdentity userName={userName} />
    </>
  )
}
