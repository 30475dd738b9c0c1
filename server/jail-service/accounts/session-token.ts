import { randomBytes } from 'node:crypto'
import { makeSignature } from 'better-auth/crypto'
import type { CallContext } from '../handlers.ts'
import type { Accounts } from './accounts.ts'
import type { Auth } from './auth.ts'
import { hashToken } from './hashed-sessions.ts'

/** A session's token: the library's own has 190 bits. */
export const newSessionToken = (): string => randomBytes(32).toString('base64url')

/** What stands in a session's cookie. */
export async function signedToken(auth: Auth, token: string): Promise<string> {
  return encodeURIComponent(`${token}.${await makeSignature(token, (await auth.$context).secret)}`)
}

/** The token in the value of a session's cookie, whoever signed it; only what follows it is percent-encoded. */
export const tokenOf = (value: string): string => value.split('.')[0] ?? ''

/**
 * The session's user proved once more who it is, `strong`: with a second factor. The session goes on, with all that hangs on
 * it, under a new cookie: whoever has a copy of the old one does not share the proof, and is out in a moment.
 */
export async function renewProof(
  { auth, store, formerTokens }: Pick<Accounts, 'auth' | 'store' | 'formerTokens'>,
  sessionId: string,
  { setSession }: Pick<CallContext, 'setSession'>,
  strong = false,
): Promise<void> {
  const token = newSessionToken()
  const cookie = await signedToken(auth, token)
  const former = store.prove(sessionId, hashToken(token), strong)
  if (former === undefined) return // ended meanwhile
  formerTokens.add(former.digest, { sessionId, strong: former.strong })
  setSession(cookie)
}
