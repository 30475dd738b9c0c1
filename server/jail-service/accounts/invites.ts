import { randomBytes } from 'node:crypto'
import { INVITE_HOURS } from '@/lib/account.ts'
import type { Db } from '../db.ts'
import { inTurn } from '../db.ts'
import { tokenDigest, tokenDigests } from './token-digest.ts'

/** Links with which users set their own password: one for a user, used once, of no use after some days. */
export function createInvites(db: Db) {
  const find = db.prepare<[string, string], { user_id: string }>(
    'SELECT user_id FROM invite WHERE digest IN (SELECT value FROM json_each(?)) AND until > ?',
  )
  const end = db.prepare('DELETE FROM invite WHERE user_id = ?')
  const userOf = (token: string): string | undefined =>
    find.get(JSON.stringify(tokenDigests(token)), new Date().toISOString())?.user_id
  return {
    /** A new link's token for a user; a former one is void. */
    make(userId: string): string {
      const token = randomBytes(32).toString('base64url')
      db.prepare('INSERT OR REPLACE INTO invite (user_id, digest, until) VALUES (?, ?, ?)').run(
        ...[userId, tokenDigest(token), new Date(Date.now() + INVITE_HOURS * 3_600_000).toISOString()],
      )
      return token
    },
    /** Whose link this is; undefined when it is nobody's (any more). */
    userOf,
    /** Takes a link out of use; undefined when it is nobody's (any more). */
    take: inTurn(db, (token: string): string | undefined => {
      const userId = userOf(token)
      if (userId !== undefined) end.run(userId)
      return userId
    }),
    end: (userId: string): void => void end.run(userId),
  }
}

export type Invites = ReturnType<typeof createInvites>
