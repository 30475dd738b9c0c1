import 'server-only'
import { cache } from 'react'
import { load } from './load.ts'

/** Who is logged in; `unauthenticated` when nobody is. Once per request. */
export const loadMe = cache(() => load('account.me', {}))

/** Whether no account exists yet. */
export const loadSetupStatus = cache(() => load('setup.status', {}))

/** Name of the OpenID Connect provider; null where there is none, or the service does not say. */
export const loadProvider = cache(async (): Promise<string | null> => {
  const status = await load('oidc.status', {})
  return status.ok ? status.value.provider : null
})
