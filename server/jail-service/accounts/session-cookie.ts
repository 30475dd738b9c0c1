import { isIP } from 'node:net'
import { SESSION_COOKIE } from '@/lib/contract/wire.ts'
import { SESSION_ABSOLUTE_S } from './session-rules.ts'

/** The visitor's address out of the panel's header; empty when it is none. */
export const addressOf = (header: string | string[] | undefined): string =>
  typeof header === 'string' && isIP(header) !== 0 ? header : ''

/** The Set-Cookie header that gives or, with null, takes the session's cookie. */
export const sessionCookie = (token: string | null): string =>
  `${SESSION_COOKIE}=${token ?? ''}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=${token === null ? 0 : SESSION_ABSOLUTE_S}`
