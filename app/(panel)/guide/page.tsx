import type { Metadata } from 'next'
import { GuidePage } from '@/components/guide/guide-page.tsx'

export const metadata: Metadata = { title: 'First steps' }

export default function Page() {
  return <GuidePage />
}
