import type { ServerResponse } from 'node:http'

/** Headers of every answer, whoever makes it; the policy with its nonce is added to pages by proxy.ts. */
export function setSecurityHeaders(response: ServerResponse, secure: boolean): void {
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
  if (secure) response.setHeader('Strict-Transport-Security', 'max-age=31536000')
}
