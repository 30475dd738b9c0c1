import type { Metadata } from 'next'
import { JailPage } from '@/components/jails/jail-page.tsx'
import { loadSnapshot } from '@/server/panel/loaders/host.ts'

interface Params {
  params: Promise<{ id: string }>
}

export async function generateMetadata({ params }: Params): Promise<Metadata> {
  const id = decodeURIComponent((await params).id)
  const snapshot = await loadSnapshot()
  const jail = snapshot.ok ? snapshot.value.jails.find((known) => known.id === id) : undefined
  return { title: jail?.tag ?? 'Jail' }
}

export default async function Page({ params }: Params) {
  return <JailPage id={decodeURIComponent((await params).id)} />
}
