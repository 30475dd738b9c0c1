import { createHash } from 'node:crypto'
import { DIGEST_KINDS } from '../digest-kinds.ts'

/** As what a token of 256 bits may lie in the database, `KIND:DIGEST`, today's form first: whoever reads it there cannot come with it. */
export const tokenDigests = (token: string): string[] =>
  DIGEST_KINDS.map((kind) => `${kind}:${createHash(kind).update(token).digest('base64url')}`)

/** As what a new one is kept. */
export const tokenDigest = (token: string): string => tokenDigests(token)[0] as string
