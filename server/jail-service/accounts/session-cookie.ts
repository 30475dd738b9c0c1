import { isIP } from 'node:net'
import { CLIENT_ADDRESS_HEADER, SESSION_COOKIE } from '@/lib/contract/wire.ts'
import { SESSION_ABSOLUTE_S } from './session-rules.ts'

/** The visitor's address out of the panel's header; empty when it is none. */
export const addressOf = (header: string | string[] | undefined): string =>
  typeof header === 'string' && isIP(header) !== 0 ? header : ''

/** The Set-Cookie header that gives or, with null, takes the session's cookie. */
export const sessionCookie = (token: string | null): string =>
  `${SESSION_COOKIE}=${token ?? ''}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=${token === null ? 0 : SESSION_ABSOLUTE_S}`

/** Headers of a visit as the library wants them, to note address and browser with a new session. */
export const visitHeaders = (address: string, userAgent: string): Headers =>
  new Headers({ [CLIENT_ADDRESS_HEADER]: address, 'user-agent': userAgent })
