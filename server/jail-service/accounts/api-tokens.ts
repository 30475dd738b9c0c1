import { randomBytes, randomUUID } from 'node:crypto'
import type { Actor, ApiToken } from '@/lib/account.ts'
import { Role } from '@/lib/capabilities.ts'
import { PanelError } from '@/lib/errors.ts'
import { JailScope } from '@/lib/jail-scope.ts'
import type { Db } from '../db.ts'
import type { AccountStore } from './account-store.ts'
import { tokenDigest, tokenDigests } from './token-digest.ts'

/** What a token begins with, so that a leaked one is known for what it is. */
const PREFIX = 'cellblock_'
/** Tokens of one user; more is a mistake. */
const TOKENS_PER_USER = 50
/** Use of a token is noted no more often than this, in milliseconds. */
const TOUCH_MS = 60_000

interface TokenRow {
  id: string
  user_id: string
  name: string
  role: string
  jails: string | null
  unattended: number
  created_at: string
  expires_at: string | null
  last_used_at: string | null
  last_address: string
}

/** Who comes with a token: its user, narrowed to what the token may do. */
export interface TokenVisitor {
  tokenId: string
  actor: Actor
  /** It may do what asks people once more who they are. */
  unattended: boolean
}

const rank = (role: Role): number => Role.options.indexOf(role)
const toToken = (row: TokenRow): ApiToken => ({
  ...{ id: row.id, name: row.name, role: Role.parse(row.role), unattended: row.unattended === 1 },
  jails: row.jails === null ? null : JailScope.parse(JSON.parse(row.jails)),
  ...{
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    lastAddress: row.last_address,
  },
})

/** Keys for programs, kept as digests. */
export function createApiTokens(db: Db, store: Pick<AccountStore, 'actor'>) {
  const byUser = db.prepare<[string], TokenRow>('SELECT * FROM api_token WHERE user_id = ? ORDER BY created_at')
  const byDigest = db.prepare<[string], TokenRow>(
    'SELECT * FROM api_token WHERE digest IN (SELECT value FROM json_each(?))',
  )
  const find = (token: string): TokenRow | undefined => byDigest.get(JSON.stringify(tokenDigests(token)))
  const touch = db.prepare('UPDATE api_token SET last_used_at = ?, last_address = ? WHERE id = ?')

  return {
    list: (userId: string): ApiToken[] => byUser.all(userId).map(toToken),
    /** A new token, in clear this once. Throws `conflict` for a taken name, `forbidden` for more than the user may do. */
    create(
      user: Actor,
      { days, ...wanted }: Pick<ApiToken, 'name' | 'role' | 'jails' | 'unattended'> & { days: number | null },
    ): { token: string; info: ApiToken } {
      const known = byUser.all(user.userId)
      if (known.length >= TOKENS_PER_USER)
        throw new PanelError('conflict', `You have ${known.length} tokens.`, { hint: 'Remove one first.' })
      if (known.some(({ name }) => name === wanted.name))
        throw new PanelError('conflict', 'You have a token of this name.', {
          fields: [{ path: 'name', message: 'You have a token of this name.' }],
        })
      if (rank(wanted.role) > rank(user.role))
        throw new PanelError('forbidden', `Your role is ${user.role}: a token cannot have more.`)
      const token = `${PREFIX}${randomBytes(32).toString('base64url')}`
      const id = randomUUID()
      const now = Date.now()
      db.prepare(
        `INSERT INTO api_token (id, user_id, name, digest, role, jails, unattended, created_at, expires_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        ...[id, user.userId, wanted.name, tokenDigest(token), wanted.role],
        ...[wanted.jails === null ? null : JSON.stringify(wanted.jails), Number(wanted.unattended)],
        ...[new Date(now).toISOString(), days === null ? null : new Date(now + days * 86_400_000).toISOString()],
      )
      return { token, info: toToken(find(token) as TokenRow) }
    },
    /** Throws `not_found` when it is not this user's. */
    remove(userId: string, id: string): void {
      if (db.prepare('DELETE FROM api_token WHERE id = ? AND user_id = ?').run(id, userId).changes === 0)
        throw new PanelError('not_found', 'There is no such token.', { hint: 'Reload the list.' })
    },
    /** Who comes with an Authorization header; undefined when its token is none, or none any more. */
    authenticate(header: string, address: string): TokenVisitor | undefined {
      const token = /^Bearer (\S{1,200})$/i.exec(header)?.[1]
      const row = token?.startsWith(PREFIX) === true ? find(token) : undefined
      const now = new Date()
      if (row === undefined || (row.expires_at !== null && row.expires_at <= now.toISOString())) return undefined
      const user = store.actor(row.user_id)
      if (user === undefined) return undefined
      const { name, role, jails, unattended } = toToken(row)
      if (row.last_used_at === null || now.getTime() - Date.parse(row.last_used_at) > TOUCH_MS)
        touch.run(now.toISOString(), address, row.id)
      const limits = [...(user.jailLimits ?? []), ...(jails === null ? [] : [jails])]
      return {
        tokenId: row.id,
        unattended,
        actor: {
          ...user,
          // A user who became less takes the tokens along.
          role: rank(role) < rank(user.role) ? role : user.role,
          ...(limits.length === 0 ? {} : { jailLimits: limits }),
          token: name,
        },
      }
    },
  }
}

export type ApiTokens = ReturnType<typeof createApiTokens>
