import type { NextRequest } from 'next/server'
import { NextResponse } from 'next/server'
import { REQUESTED_PATH_HEADER } from './server/panel/requested-path.ts'

const dev = process.env.NODE_ENV === 'development'

/** The policy of every page: scripts by nonce only. `style-src-attr`: the terminal and lists set sizes by attribute. */
const policy = (nonce: string) =>
  [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ''}`,
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')

/** Gives each page a nonce of its own. Who may see a page is decided elsewhere: nothing here is about rights. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
  const headers = new Headers(request.headers)
  headers.set('x-nonce', nonce)
  headers.set('content-security-policy', policy(nonce))
  // The gate sends who is not logged in to the login, and the login sends back here.
  headers.set(REQUESTED_PATH_HEADER, request.nextUrl.pathname + request.nextUrl.search)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy(nonce))
  response.headers.set('cache-control', 'no-store')
  return response
}

export const config = { matcher: [{ source: '/((?!_next/static|favicon.svg|robots.txt).*)' }] }
