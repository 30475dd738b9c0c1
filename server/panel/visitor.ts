import 'server-only'
import { cookies, headers } from 'next/headers'
import { CLIENT_ADDRESS_HEADER, OIDC_COOKIE, SESSION_COOKIE } from '@/lib/contract/wire.ts'
import type { Visitor } from './jail-client.ts'

/** Cookies of ours; no other is passed on. */
const OURS = [SESSION_COOKIE, OIDC_COOKIE]

/** Who makes the request that is being served: only cookies of ours are passed on, and what main.ts says of the peer. */
export async function visitorOf(): Promise<Visitor> {
  const [jar, head] = await Promise.all([cookies(), headers()])
  return {
    cookie: OURS.flatMap((name) => {
      const value = jar.get(name)?.value
      return value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]
    }).join('; '),
    userAgent: head.get('user-agent') ?? '',
    address: head.get(CLIENT_ADDRESS_HEADER) ?? '',
  }
}
