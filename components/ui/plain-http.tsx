'use client'

import { useSyncExternalStore } from 'react'

const never = () => () => {}

/** Says so where a page came without TLS: the panel serves that to its own machine only. */
export function PlainHttp() {
  const isPlain = useSyncExternalStore(
    never,
    () => window.location.protocol === 'http:',
    () => false,
  )
  if (!isPlain) return null
  return (
    <p role="note" className="mt-4 text-center text-xs text-text-second">
      Plain http, for this machine only. Others need TLS: see <code className="font-mono whitespace-nowrap">--tls</code>
      .
    </p>
  )
}
