'use client'

import Link from 'next/link'
import { jailPath } from '@/lib/paths.ts'
import { useJail } from '../live/use-live-data.ts'

/** The tag of a jail or template, leading to its page; what is gone keeps the name that its id had, as plain text. */
export function JailLink({ id }: { id: string }) {
  const jail = useJail(id)
  if (jail === undefined)
    return <span className="font-mono text-xs text-text-second">{id.slice(id.indexOf(':') + 1)}</span>
  return (
    <Link href={jailPath(id)} className="rounded-sm font-medium hover:text-accent-text hover:underline">
      {jail.tag}
    </Link>
  )
}
