import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import type { ReactNode } from 'react'
import { ConfirmIdentity } from '@/components/account/confirm-identity-dialog.tsx'
import { LiveProvider } from '@/components/live/live-provider.tsx'
import { ServiceAway } from '@/components/shell/service-away.tsx'
import { Shell } from '@/components/shell/shell.tsx'
import { loadMe, loadSetupStatus } from '@/server/panel/loaders/account.ts'
import { loadSnapshot } from '@/server/panel/loaders/host.ts'
import { REQUESTED_PATH_HEADER } from '@/server/panel/requested-path.ts'

/** Nobody without a session gets further; what one may do beyond that the service decides at every call. */
export default async function PanelLayout({ children }: { children: ReactNode }) {
  const [me, snapshot] = await Promise.all([loadMe(), loadSnapshot()])
  if (!me.ok && me.error.code === 'unauthenticated') redirect(await doorPath())
  if (!me.ok) return <ServiceAway error={me.error} />
  if (me.value.actor.secondStep !== undefined) redirect(await withNext('/login/second-step'))
  if (!snapshot.ok) return <ServiceAway error={snapshot.error} />
  return (
    <LiveProvider actor={me.value.actor} snapshot={snapshot.value}>
      <Shell>{children}</Shell>
      <ConfirmIdentity userName={me.value.actor.userName} />
    </LiveProvider>
  )
}

async function doorPath(): Promise<string> {
  const status = await loadSetupStatus()
  if (status.ok && status.value.needed) return '/setup'
  return withNext('/login')
}

/** A page of the door that leads back to what was asked for. */
async function withNext(door: string): Promise<string> {
  const path = (await headers()).get(REQUESTED_PATH_HEADER) ?? '/'
  return path === '/' ? door : `${door}?next=${encodeURIComponent(path)}`
}
