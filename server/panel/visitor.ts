import 'server-only'
import { cookies, headers } from 'next/headers'
import { CLIENT_ADDRESS_HEADER, SESSION_COOKIE } from '@/lib/contract/wire.ts'
import type { Visitor } from './jail-client.ts'

/** Who makes the request that is being served: only the session's cookie is passed on, and what main.ts says of the peer. */
export async function visitorOf(): Promise<Visitor> {
  const [jar, head] = await Promise.all([cookies(), headers()])
  const session = jar.get(SESSION_COOKIE)?.value
  return {
    cookie: session === undefined ? '' : `${SESSION_COOKIE}=${encodeURIComponent(session)}`,
    userAgent: head.get('user-agent') ?? '',
    address: head.get(CLIENT_ADDRESS_HEADER) ?? '',
  }
}
