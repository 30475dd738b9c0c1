import { randomBytes } from 'node:crypto'
import type { BetterAuthOptions } from 'better-auth'
import { betterAuth } from 'better-auth'
import { getAdapter } from 'better-auth/db/adapter'
import { getMigrations } from 'better-auth/db/migration'
import { username } from 'better-auth/plugins/username'
import { PASSWORD_MIN } from '@/lib/account.ts'
import { CLIENT_ADDRESS_HEADER, SESSION_COOKIE } from '@/lib/contract/wire.ts'
import type { Db } from '../db.ts'
import { hashedSessions } from './hashed-sessions.ts'
import { hashPassword, verifyPassword } from './password-hash.ts'
import { SESSION_IDLE_S, SESSION_TOUCH_S } from './session-rules.ts'

/** Longer than any password or name of ours: the contract's schemas say what is allowed, here nothing is told apart. */
const LONGEST = 300

/**
 * The library of accounts over the service's database: user names, password checks, sessions with hashed tokens. None of
 * its HTTP endpoints is served; only our verbs call its functions. `log` gets what it has to say.
 */
export async function createAuth(db: Db, log: (message: string) => void) {
  const options = {
    baseURL: 'http://127.0.0.1', // no endpoint is served, so nothing is ever linked or redirected to
    secret: randomBytes(32).toString('base64url'), // of the cookies that it is shown, see session-token.ts
    telemetry: { enabled: false },
    rateLimit: { enabled: false }, // per path and address only; ours is login-limits.ts
    logger: { level: 'error', log: (_level: string, message: string) => log(`accounts: ${message}`) },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_MIN,
      maxPasswordLength: LONGEST,
      password: { hash: hashPassword, verify: verifyPassword },
    },
    session: { expiresIn: SESSION_IDLE_S, updateAge: SESSION_TOUCH_S, cookieCache: { enabled: false } },
    user: { additionalFields: { role: { type: 'string', input: false, required: true, defaultValue: 'viewer' } } },
    advanced: {
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
      disableCSRFCheck: true, // the panel checks Origin; a browser never speaks to this service
      cookies: {
        session_token: {
          name: SESSION_COOKIE,
          attributes: { secure: true, path: '/', sameSite: 'strict', httpOnly: true },
        },
      },
    },
    plugins: [username({ minUsernameLength: 1, maxUsernameLength: LONGEST, usernameValidator: () => true })],
  } as const satisfies BetterAuthOptions
  const direct = { ...options, database: db } as unknown as BetterAuthOptions
  const { runMigrations } = await getMigrations(direct)
  await runMigrations()
  const adapter = hashedSessions(await getAdapter(direct))
  return betterAuth({ ...options, database: () => adapter })
}

export type Auth = Awaited<ReturnType<typeof createAuth>>
