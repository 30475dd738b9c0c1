import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { SetupForm } from '@/components/account/setup-form.tsx'
import { ServiceAway } from '@/components/shell/service-away.tsx'
import { Door } from '@/components/ui/door.tsx'
import { loadSetupStatus } from '@/server/panel/loaders/account.ts'
import { isPartialRequest } from '@/server/panel/partial-request.ts'

export const metadata: Metadata = { title: 'Set-up' }

export default async function SetupPage() {
  const setup = await loadSetupStatus()
  if (!setup.ok) return <ServiceAway error={setup.error} />
  if (!setup.value.needed && !(await isPartialRequest())) redirect('/login')
  return (
    <Door
      title="The first admin"
      description="Nobody can log in yet. An admin of Cellblock can do on this host what root can."
    >
      <SetupForm />
    </Door>
  )
}
