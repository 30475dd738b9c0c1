'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import type { WireError } from '@/lib/errors.ts'
import { Cell } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Mark } from '../ui/mark.tsx'

/** How often the page asks again by itself, in milliseconds. */
const RETRY_MS = 2_000

/** Instead of a page whose data cannot be had: says what is wrong, and comes back alone. */
export function ServiceAway({ error }: { error: WireError }) {
  const router = useRouter()
  useEffect(() => {
    const timer = setInterval(() => router.refresh(), RETRY_MS)
    return () => clearInterval(timer)
  }, [router])
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-4 p-6 text-center">
      <Mark size={32} />
      <div>
        <h1 className="flex items-center justify-center gap-2 text-xl font-semibold">
          <Cell state="changing" />
          {error.message}
        </h1>
        <p className="mt-1 max-w-md text-text-second">
          {error.hint ?? 'Jails go on running without it.'} This page comes back by itself.
        </p>
      </div>
      <Button onClick={() => router.refresh()}>Try now</Button>
    </main>
  )
}
