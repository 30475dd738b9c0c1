import type { Metadata } from 'next'
import { InviteDoor } from '@/components/account/invite-door.tsx'
import { loadProvider } from '@/server/panel/loaders/account.ts'

export const metadata: Metadata = { title: 'Set a password' }

/** Whose link it is the page asks by itself: what tells it stands behind the # of the address, which no server sees. */
export default async function InvitePage() {
  return <InviteDoor provider={await loadProvider()} />
}
