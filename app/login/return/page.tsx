import type { Metadata } from 'next'
import { NeedsScript } from '@/components/account/needs-script.tsx'
import { ProviderReturn } from '@/components/account/provider-return.tsx'
import { Door } from '@/components/ui/door.tsx'
import { loadProvider } from '@/server/panel/loaders/account.ts'

export const metadata: Metadata = { title: 'Log in' }

/** Where the OpenID Connect provider sends a browser back to; what it brings, the page hands to the service. */
export default async function ProviderReturnPage() {
  const provider = (await loadProvider()) ?? 'the provider'
  return (
    <Door title={`Back from ${provider}`}>
      <NeedsScript />
      <ProviderReturn provider={provider} />
    </Door>
  )
}
