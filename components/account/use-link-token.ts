'use client'

import { useEffect, useState } from 'react'

/** Where first-script.ts puts what it took out of the address. */
const kept = globalThis as { cellblockLink?: string }

/**
 * What the page's link brought behind its `#`, which stands in the address no more; empty when it brought nothing, undefined
 * while the page is being made.
 */
export function useLinkToken(): string | undefined {
  const [brought, setBrought] = useState<string>()
  useEffect(() => {
    const take = () => {
      // A link that is opened on its own page loads nothing: only the part behind # is new.
      const { hash, pathname } = window.location
      if (hash.length > 1) {
        kept.cellblockLink = hash.slice(1)
        window.history.replaceState(null, '', pathname)
      }
      setBrought(kept.cellblockLink ?? '')
    }
    take()
    window.addEventListener('hashchange', take)
    return () => window.removeEventListener('hashchange', take)
  }, [])
  return brought
}

/** The token in what somebody pasted: the whole link will do. */
export const tokenIn = (pasted: string): string => pasted.trim().split('#').at(-1) ?? ''
