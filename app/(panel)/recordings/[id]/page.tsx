import type { Metadata } from 'next'
import { RecordingPage } from '@/components/recordings/recording-page.tsx'

export const metadata: Metadata = { title: 'Recording' }

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return <RecordingPage id={decodeURIComponent(id)} />
}
