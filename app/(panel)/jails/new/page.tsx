import type { Metadata } from 'next'
import { CreatePage } from '@/components/create-jails/create-page.tsx'

export const metadata: Metadata = { title: 'Create jail' }

export default function Page() {
  return <CreatePage />
}
