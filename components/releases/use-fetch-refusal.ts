'use client'

import { useHost } from '../live/use-live-data.ts'
import { useCan } from '../live/use-rights.ts'

/** Why no release can be fetched now: role, connection, iocage, pool; undefined when one can. */
export function useFetchRefusal(): string | undefined {
  const refusal = useCan('release:fetch')
  const { capabilities, pools } = useHost()
  return (
    refusal ??
    capabilities.canFetch ??
    (pools.some(({ active }) => active) ? undefined : 'No pool is active yet. Activate one under Host first.')
  )
}
