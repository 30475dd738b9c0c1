import type { Metadata } from 'next'
import { ReleasesPage } from '@/components/releases/releases-page.tsx'

export const metadata: Metadata = { title: 'Releases' }

export default function Releases() {
  return <ReleasesPage />
}
