'use client'

import { ArrowLeft } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import type { Jail } from '@/lib/jail.ts'
import { useJail } from '../live/use-live-data.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { ConsoleScreen } from './console-screen.tsx'

/** The console of a jail as a page of its own. */
export function ConsolePage({ jailId }: { jailId: string }) {
  const jail = useJail(jailId)
  const [last, setLast] = useState(jail)
  if (jail !== undefined && jail !== last) setLast(jail)
  if (last === undefined)
    return (
      <EmptyState title="No such jail" actions={<Link href="/jails">All jails</Link>}>
        It was destroyed, or the address is wrong.
      </EmptyState>
    )
  // A jail that was destroyed meanwhile leaves its last output to read.
  const shown: Jail = jail ?? { ...last, state: 'down', jid: null }
  return (
    <ConsoleScreen
      jail={shown}
      title={
        <Link
          href={`/jails/${encodeURIComponent(jailId)}`}
          className="flex items-center gap-2 text-lg font-semibold hover:text-accent-text"
        >
          <ArrowLeft aria-hidden size={15} className="text-text-third" />
          {shown.tag}
        </Link>
      }
    />
  )
}
