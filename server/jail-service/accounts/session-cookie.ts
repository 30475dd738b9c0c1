import { isIP } from 'node:net'
import { OIDC_COOKIE, SESSION_COOKIE } from '@/lib/contract/wire.ts'
import { SESSION_ABSOLUTE_S } from './session-rules.ts'

/** The visitor's address out of the panel's header; empty when it is none. */
export const addressOf = (header: string | string[] | undefined): string =>
  typeof header === 'string' && isIP(header) !== 0 ? header : ''

/** The Set-Cookie header that gives or, with null, takes the session's cookie. */
export const sessionCookie = (token: string | null): string => setCookie(SESSION_COOKIE, token, SESSION_ABSOLUTE_S)

/** How long a browser keeps the key of a login at the OpenID Connect provider, in seconds. */
const BROWSER_KEY_S = 10 * 60

/** The same for that key. Strict like the other: the provider sends back to a page of ours, and that page asks for itself. */
export const browserKeyCookie = (key: string | null): string => setCookie(OIDC_COOKIE, key, BROWSER_KEY_S)

const setCookie = (name: string, value: string | null, maxAgeS: number): string =>
  `${name}=${value ?? ''}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=${value === null ? 0 : maxAgeS}`

/** The value of a cookie in a Cookie header; undefined: it is not there. */
export const cookieNamed = (name: string, header: string | undefined): string | undefined =>
  header
    ?.split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1)
