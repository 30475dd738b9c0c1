import type { Metadata } from 'next'
import { RecordingsPage } from '@/components/recordings/recordings-page.tsx'

export const metadata: Metadata = { title: 'Recordings' }

export default function Recordings() {
  return <RecordingsPage />
}
