import type { ServerResponse } from 'node:http'

/**
 * What is said of TLS to browsers that came by it: for a year nothing else (RFC 6797). `subdomains`: of all names below
 * this host's, too, which may be others' and speak none.
 */
export const strictTransport = ({ subdomains }: { subdomains: boolean }): string =>
  `max-age=31536000${subdomains ? '; includeSubDomains' : ''}`

/**
 * Headers of every answer, whoever makes it; the policy with its nonce is added to pages by proxy.ts. `transport`: see
 * `strictTransport`; undefined: browsers come without TLS.
 */
export function setSecurityHeaders(response: ServerResponse, transport: string | undefined): void {
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('X-Frame-Options', 'DENY')
  response.setHeader('Referrer-Policy', 'no-referrer')
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
  response.setHeader(
    'Permissions-Policy',
    'camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), bluetooth=(), interest-cohort=()',
  )
  // Pages replace it by theirs; what is no page may load nothing at all.
  response.setHeader('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'")
  if (transport !== undefined) response.setHeader('Strict-Transport-Security', transport)
}
