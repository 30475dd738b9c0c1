import { randomBytes } from 'node:crypto'
import { makeSignature } from 'better-auth/crypto'
import { SESSION_COOKIE } from '@/lib/contract/wire.ts'
import type { CallContext } from '../handlers.ts'
import type { Accounts } from './accounts.ts'
import type { Auth } from './auth.ts'
import { cookieNamed } from './session-cookie.ts'
import { tokenDigest } from './token-digest.ts'

/** A session's token: the library's own has 190 bits. */
export const newSessionToken = (): string => randomBytes(32).toString('base64url')

/** The token in a session's cookie, which holds nothing else; undefined: it is none. */
export function tokenIn(cookie: string | undefined): string | undefined {
  const token = cookieNamed(SESSION_COOKIE, cookie)
  return token !== undefined && /^[\w-]{43}$/.test(token) ? token : undefined
}

/** The cookie header that shows a token to the library. It wants cookies signed, which adds nothing to a token of 256 bits: it is done here, with a key of this process. */
export async function signedCookie(auth: Auth, token: string): Promise<string> {
  const signature = await makeSignature(token, (await auth.$context).secret)
  return `${SESSION_COOKIE}=${encodeURIComponent(`${token}.${signature}`)}`
}

/**
 * The session's user proved once more who it is, `strong`: with a second factor. The session goes on, with all that hangs on
 * it, under a new cookie: whoever has a copy of the old one does not share the proof, and is out in a moment.
 */
export function renewProof(
  { store, formerTokens }: Pick<Accounts, 'store' | 'formerTokens'>,
  sessionId: string,
  { setSession }: Pick<CallContext, 'setSession'>,
  strong = false,
): void {
  const token = newSessionToken()
  const former = store.prove(sessionId, tokenDigest(token), strong)
  if (former === undefined) return // ended meanwhile
  formerTokens.add(former.digest, { sessionId, strong: former.strong })
  setSession(token)
}
