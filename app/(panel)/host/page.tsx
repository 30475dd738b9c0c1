import type { Metadata } from 'next'
import { HostPage } from '@/components/host/host-page.tsx'

export const metadata: Metadata = { title: 'Host' }

export default function Host() {
  return <HostPage />
}
