import { redirect } from 'next/navigation'
import { ServiceAway } from '@/components/shell/service-away.tsx'
import { loadSnapshot } from '@/server/panel/loaders/host.ts'

/**
 * The first page: the jails, or while there are none the way to the first one. Outside of the panel's frame, so that the
 * answer is a redirect and not a page that loads another.
 */
export default async function Home() {
  const snapshot = await loadSnapshot()
  if (snapshot.ok) redirect(snapshot.value.jails.length > 0 ? '/jails' : '/guide')
  if (snapshot.error.code === 'unauthenticated') redirect('/login')
  return <ServiceAway error={snapshot.error} />
}
