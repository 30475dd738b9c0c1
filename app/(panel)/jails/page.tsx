import type { Metadata } from 'next'
import { JailsPage } from '@/components/jails/jails-page.tsx'

export const metadata: Metadata = { title: 'Jails' }

export default function Jails() {
  return <JailsPage />
}
