import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { LoginForm } from '@/components/account/login-form.tsx'
import { ServiceAway } from '@/components/shell/service-away.tsx'
import { Door } from '@/components/ui/door.tsx'
import { loadMe, loadSetupStatus } from '@/server/panel/loaders/account.ts'
import { isPartialRequest } from '@/server/panel/partial-request.ts'
import { isOwnPath } from '@/server/panel/requested-path.ts'

export const metadata: Metadata = { title: 'Log in' }

export default async function LoginPage({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const [{ next }, me, setup] = await Promise.all([searchParams, loadMe(), loadSetupStatus()])
  const target = typeof next === 'string' && isOwnPath(next) ? next : '/'
  if (!setup.ok) return <ServiceAway error={setup.error} />
  if (setup.value.needed) redirect('/setup')
  if (me.ok && !(await isPartialRequest())) redirect(target)
  return (
    <Door title="Log in">
      <LoginForm next={target} />
    </Door>
  )
}
