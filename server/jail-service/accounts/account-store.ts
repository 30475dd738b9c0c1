import type { Actor, SessionInfo, User } from '@/lib/account.ts'
import { Role } from '@/lib/capabilities.ts'
import { PanelError } from '@/lib/errors.ts'
import { JailScope } from '@/lib/jail-scope.ts'
import type { Db } from '../db.ts'
import { inTurn } from '../db.ts'
import { SESSION_ABSOLUTE_S, SESSION_IDLE_S, SESSION_TOUCH_S, SESSIONS_PER_USER } from './session-rules.ts'

interface UserRow {
  id: string
  username: string
  role: string
  createdAt: string
  lastLoginAt: string | null
  inviteUntil: string | null
  totpSince: string | null
  passkeys: number
  byGroup: number | null
  jails: string | null
  consoles: number | null
}
interface SessionRow {
  id: string
  /** Digest of what stands in the cookie. */
  token: string
  userId: string
  createdAt: string
  updatedAt: string
  expiresAt: string
  ipAddress: string | null
  userAgent: string | null
}

const toUser = ({ id, username, createdAt, lastLoginAt, passkeys, byGroup, ...row }: UserRow): User => ({
  ...{ id, userName: username, createdAt, lastLoginAt, passkeys },
  oidc: byGroup === null ? null : byGroup === 1 ? 'group' : 'linked',
  role: roleOf(row.role),
  totp: row.totpSince !== null,
  inviteUntil: row.inviteUntil !== null && row.inviteUntil > isoAfter(0) ? row.inviteUntil : null,
  jails: scopeOf(row.jails),
  consoles: row.consoles === null ? null : row.consoles === 1,
})
/** The patterns of a column; what cannot be read allows nothing. */
function scopeOf(text: string | null): JailScope {
  if (text === null) return null
  try {
    return JailScope.parse(JSON.parse(text))
  } catch {
    return ['?'.repeat(64)] // longer than any tag
  }
}
/** A role that is none holds the least rights. */
const roleOf = (text: string): Role => Role.safeParse(text).data ?? 'viewer'

/** What lets a user in beside the password: what every reset ends, and what is (or may count as) a second factor. */
const KEY_TABLES = ['invite', 'api_token']
const FACTOR_TABLES = ['totp', 'recovery_code', 'passkey', 'oidc_identity']

const isoAfter = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString()

/** What the library's own functions do not do, or do not do in one piece: over its tables, in transactions. */
export function createAccountStore(db: Db) {
  const userColumns = `u.id, u.username, u.role, u.createdAt, l.at AS lastLoginAt, i.until AS inviteUntil, t.since AS totpSince,
    (SELECT count(*) FROM passkey p WHERE p.user_id = u.id) AS passkeys,
    m.jails, m.consoles, o.by_group AS byGroup
    FROM user u LEFT JOIN oidc_identity o ON o.user_id = u.id LEFT JOIN last_login l ON l.user_id = u.id LEFT JOIN invite i ON i.user_id = u.id LEFT JOIN totp t ON t.user_id = u.id
    LEFT JOIN user_limits m ON m.user_id = u.id`
  const users = db.prepare<[], UserRow>(`SELECT ${userColumns} ORDER BY u.username`)
  const user = db.prepare<[string], UserRow>(`SELECT ${userColumns} WHERE u.id = ?`)
  const count = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM user')
  const otherAdmins = db.prepare<[string], { n: number }>(
    `SELECT count(*) AS n FROM user u LEFT JOIN user_limits m ON m.user_id = u.id
      WHERE u.role = 'admin' AND m.jails IS NULL AND u.id <> ?`,
  )
  const session = db.prepare<[string], SessionRow>('SELECT * FROM session WHERE id = ?')
  const sessions = db.prepare<[string], SessionRow>('SELECT * FROM session WHERE userId = ? ORDER BY updatedAt DESC')
  const touch = db.prepare(
    'UPDATE session SET updatedAt = @now, expiresAt = @until WHERE id = @id AND updatedAt < @since AND expiresAt > @now',
  )
  const endSession = db.prepare('DELETE FROM session WHERE id = ?')
  const proof = db.prepare<[string], { at: string }>('SELECT at FROM session_proof WHERE session_id = ?')
  const strong = db.prepare<[string], { strong: number }>('SELECT strong FROM session_proof WHERE session_id = ?')
  const allSessions = db.prepare<[], SessionRow>('SELECT * FROM session')
  const moveSession = db.prepare('UPDATE session SET createdAt = ?, updatedAt = ?, expiresAt = ? WHERE id = ?')
  const proofs = db.prepare<[], { session_id: string; at: string }>('SELECT session_id, at FROM session_proof')
  const moveProof = db.prepare('UPDATE session_proof SET at = ? WHERE session_id = ?')
  const latestUse = db.prepare<[], { at: string | null }>('SELECT max(updatedAt) AS at FROM session')
  const isGood = ({ createdAt, expiresAt }: Pick<SessionRow, 'createdAt' | 'expiresAt'>) =>
    expiresAt > isoAfter(0) && createdAt > isoAfter(-SESSION_ABSOLUTE_S)

  const setToken = db.prepare('UPDATE session SET token = ? WHERE id = ?')
  const isStrongSession = (id: string): boolean => strong.get(id)?.strong === 1
  /** A session's user just proved who it is; `strong`: with a second factor, which holds for the whole session. */
  const noteProof = (sessionId: string, isStrong: boolean): void =>
    void db
      .prepare(
        `INSERT INTO session_proof (session_id, at, strong) VALUES (@sessionId, @at, @isStrong)
          ON CONFLICT (session_id) DO UPDATE SET at = @at, strong = max(strong, @isStrong)`,
      )
      .run({ sessionId, at: isoAfter(0), isStrong: Number(isStrong) })

  const refuseLastAdmin = (id: string, what: string) => {
    if ((otherAdmins.get(id)?.n ?? 0) > 0) return
    throw new PanelError('conflict', `This is the last admin: ${what}.`, { hint: 'Make another user admin first.' })
  }
  const find = (id: string): User => {
    const row = user.get(id)
    if (row === undefined) throw new PanelError('not_found', 'There is no such user.', { hint: 'Reload the list.' })
    return toUser(row)
  }

  return {
    isEmpty: () => (count.get()?.n ?? 0) === 0,
    list: () => users.all().map(toUser),
    find,
    /** The user as an actor, with the role of this moment; undefined when it is gone. */
    actor(userId: string): Actor | undefined {
      const row = user.get(userId)
      if (row === undefined) return undefined
      const { userName, role, jails, consoles } = toUser(row)
      return {
        ...{ userId, userName, role },
        ...(jails === null ? {} : { jailLimits: [jails] }),
        ...(consoles === null ? {} : { consoles }),
      }
    },
    noteProof,
    /** The session's user proved once more who it is: it goes on under a new token. Answers what it was; undefined: it is gone. */
    prove: inTurn(
      db,
      (id: string, digest: string, isStrong: boolean): { digest: string; strong: boolean } | undefined => {
        const row = session.get(id)
        if (row === undefined) return undefined
        const before = { digest: row.token, strong: isStrongSession(id) }
        setToken.run(digest, id)
        noteProof(id, isStrong)
        return before
      },
    ),
    /** A session that may be used: whose it is, and whether it showed a second factor; undefined: it has ended. */
    sessionState(id: string): { userId: string; strong: boolean } | undefined {
      const row = session.get(id)
      return row === undefined || !isGood(row) ? undefined : { userId: row.userId, strong: isStrongSession(id) }
    },
    /** Seconds since then; infinite when there was none, or when the clock was set back since. */
    proofAgeS(sessionId: string): number {
      const row = proof.get(sessionId)
      const ageS = row === undefined ? -1 : (Date.now() - Date.parse(row.at)) / 1_000
      return ageS < 0 ? Number.POSITIVE_INFINITY : ageS
    },
    /** The latest use of any session, in milliseconds since 1970; 0 when there is none. */
    latestUseMs(): number {
      const row = latestUse.get()
      return row?.at === undefined || row.at === null ? 0 : Date.parse(row.at)
    },
    /** Moves what sessions count from as far back as the clock was set, in milliseconds: they end as if it had not been. */
    moveSessions: inTurn(db, (ms: number): void => {
      const moved = (at: string) => new Date(Date.parse(at) - ms).toISOString()
      for (const { id, createdAt, updatedAt, expiresAt } of allSessions.all())
        moveSession.run(moved(createdAt), moved(updatedAt), moved(expiresAt), id)
      for (const { session_id: id, at } of proofs.all()) moveProof.run(moved(at), id)
    }),
    noteLogin: (userId: string) =>
      void db.prepare('INSERT OR REPLACE INTO last_login (user_id, at) VALUES (?, ?)').run(userId, isoAfter(0)),
    /** Throws `not_found`, or `conflict` for the last admin. */
    setLimits: inTurn(db, (id: string, jails: JailScope, consoles: boolean | null): User => {
      if (find(id).role === 'admin' && jails !== null) refuseLastAdmin(id, 'it is not limited to some jails')
      db.prepare('INSERT OR REPLACE INTO user_limits (user_id, jails, consoles) VALUES (?, ?, ?)').run(
        ...[id, jails === null ? null : JSON.stringify(jails), consoles === null ? null : Number(consoles)],
      )
      return find(id)
    }),
    /** Throws `not_found`, or `conflict` for the last admin. */
    setRole: inTurn(db, (id: string, role: Role): User => {
      if (find(id).role === 'admin' && role !== 'admin') refuseLastAdmin(id, 'it keeps its role')
      db.prepare('UPDATE user SET role = ?, updatedAt = ? WHERE id = ?').run(role, isoAfter(0), id)
      return find(id)
    }),
    /** Takes away the password, sessions and API tokens of a user, and the second factors only if asked to. Throws `not_found`. */
    reset: inTurn(db, (id: string, { endSecondFactors }: { endSecondFactors: boolean }): User => {
      find(id)
      for (const table of ['session', 'account']) db.prepare(`DELETE FROM ${table} WHERE userId = ?`).run(id)
      for (const table of endSecondFactors ? [...KEY_TABLES, ...FACTOR_TABLES] : KEY_TABLES)
        db.prepare(`DELETE FROM ${table} WHERE user_id = ?`).run(id)
      // Who came by a group is one like others from now on.
      db.prepare('DELETE FROM oidc_identity WHERE user_id = ? AND by_group = 1').run(id)
      return find(id)
    }),
    removePassword: (id: string): void => void db.prepare('DELETE FROM account WHERE userId = ?').run(id),
    /** Throws `not_found`, or `conflict` for the last admin. */
    remove: inTurn(db, (id: string) => {
      if (find(id).role === 'admin') refuseLastAdmin(id, 'it cannot be removed')
      for (const table of ['session', 'account']) db.prepare(`DELETE FROM ${table} WHERE userId = ?`).run(id)
      for (const table of [...KEY_TABLES, ...FACTOR_TABLES, 'user_limits'])
        db.prepare(`DELETE FROM ${table} WHERE user_id = ?`).run(id)
      db.prepare('DELETE FROM last_login WHERE user_id = ?').run(id)
      db.prepare('DELETE FROM user WHERE id = ?').run(id)
    }),
    sessions: (userId: string, currentId: string | null): SessionInfo[] =>
      sessions
        .all(userId)
        .filter(isGood)
        .map(({ id, createdAt, updatedAt, expiresAt, ipAddress, userAgent }) => ({
          ...{ id, current: id === currentId, createdAt, lastUsedAt: updatedAt, expiresAt },
          ...{ address: ipAddress ?? '', userAgent: userAgent ?? '' },
        })),
    /** Use of a session that is no call, like typing into a console; written once a minute at most. */
    noteUse: (id: string) =>
      void touch.run({ id, now: isoAfter(0), since: isoAfter(-SESSION_TOUCH_S), until: isoAfter(SESSION_IDLE_S) }),
    endSession: (id: string) => void endSession.run(id),
    /** Ends all sessions of a user but one; answers those that it ended. */
    endOthers: inTurn(db, (userId: string, keptId: string | null): string[] => {
      const others = sessions.all(userId).filter(({ id }) => id !== keptId)
      for (const { id } of others) endSession.run(id)
      return others.map(({ id }) => id)
    }),
    /** After a login: forgets dead sessions, and the least used ones beyond the limit. */
    tidySessions: inTurn(db, (userId: string): string[] => {
      const rows = sessions.all(userId)
      const good = rows.filter(isGood)
      const gone = [...rows.filter((row) => !isGood(row)), ...good.slice(SESSIONS_PER_USER)]
      for (const { id } of gone) endSession.run(id)
      db.prepare('DELETE FROM session_proof WHERE session_id NOT IN (SELECT id FROM session)').run()
      return gone.map(({ id }) => id)
    }),
  }
}

export type AccountStore = ReturnType<typeof createAccountStore>
