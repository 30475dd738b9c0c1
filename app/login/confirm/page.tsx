import type { Metadata } from 'next'
import { GoConfirm } from '@/components/account/go-confirm.tsx'
import { Door } from '@/components/ui/door.tsx'
import { loadProvider } from '@/server/panel/loaders/account.ts'

export const metadata: Metadata = { title: 'Confirm who you are' }

/** A window beside the page that asked who one is: it goes to the OpenID Connect provider and comes back. */
export default async function ConfirmPage() {
  const provider = (await loadProvider()) ?? 'the provider'
  return (
    <Door title="Confirm who you are">
      <GoConfirm provider={provider} />
    </Door>
  )
}
