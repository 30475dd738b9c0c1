import { redirect } from 'next/navigation'
import { loadSnapshot } from '@/server/panel/loaders/host.ts'

/** The first page: the jails, or while there are none the way to the first one. */
export default async function Home() {
  const snapshot = await loadSnapshot()
  redirect(snapshot.ok && snapshot.value.jails.length > 0 ? '/jails' : '/guide')
}
