'use client'

import type { Actor } from '@/lib/account.ts'
import type { Capability } from '@/lib/capabilities.ts'
import { holderRefusal } from '@/lib/capabilities.ts'
import type { Connection } from './connection.ts'
import { connectionRefusal } from './connection.ts'
import { useLive } from './live-provider.tsx'

/** Who is logged in. */
export const useActor = (): Actor => useLive().actor

/** How the page stands to the host. */
export const useConnection = (): Connection => useLive().connection

/**
 * Why the person before the screen may not do something now: their role, or the connection; undefined when they may.
 * Goes straight into a button's `disabledReason`.
 */
export function useCan(capability: Capability): string | undefined {
  const { actor, connection } = useLive()
  return holderRefusal(actor, capability) ?? connectionRefusal(connection)
}

/** The same for several rights that are asked for by name, as rows of a table need it. */
export function useRefusal(): (capability: Capability) => string | undefined {
  const { actor, connection } = useLive()
  return (capability) => holderRefusal(actor, capability) ?? connectionRefusal(connection)
}
