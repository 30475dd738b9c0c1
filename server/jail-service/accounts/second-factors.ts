import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { base32 } from '@better-auth/utils/base32'
import { createOTP } from '@better-auth/utils/otp'
import { symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto'
import { RECOVERY_CODES } from '@/lib/account.ts'
import { PanelError } from '@/lib/errors.ts'
import type { Db } from '../db.ts'

/** Length of a step, in seconds, and how many steps a phone's clock may be off in either direction (RFC 6238). */
const STEP_S = 30
const STEPS_OFF = 1
/** Bytes of a secret (RFC 4226: 20) and of a recovery code: sixteen characters of base32. */
const SECRET_BYTES = 20
const RECOVERY_BYTES = 10
/** What apps show above the code. */
const ISSUER = 'Cellblock'

interface TotpRow {
  secret: string
  since: string | null
  last_step: number
}

/**
 * Codes of authenticator apps and recovery codes. Secrets are encrypted with `key`, recovery codes kept as keyed digests,
 * so that the database alone is of no use to whoever reads it.
 */
export function createSecondFactors(db: Db, key: string, now: () => number = Date.now) {
  const row = db.prepare<[string], TotpRow>('SELECT secret, since, last_step FROM totp WHERE user_id = ?')
  const take = db.prepare('UPDATE totp SET last_step = @step WHERE user_id = @userId AND last_step < @step')
  const left = db.prepare<[string], { n: number }>('SELECT count(*) AS n FROM recovery_code WHERE user_id = ?')
  const takeRecovery = db.prepare('DELETE FROM recovery_code WHERE user_id = ? AND digest = ?')
  const digest = (code: string) => createHmac('sha256', key).update(`recovery code ${code}`).digest('base64url')

  /** The step whose code this is, near the present one; undefined when it is none. */
  async function stepOf(encrypted: string, code: string): Promise<number | undefined> {
    const secret = base32.decode(await symmetricDecrypt({ key, data: encrypted }))
    const otp = createOTP(secret, { period: STEP_S })
    const present = Math.floor(now() / 1_000 / STEP_S)
    let found: number | undefined
    for (let step = present - STEPS_OFF; step <= present + STEPS_OFF; step += 1)
      if (isSame(await otp.hotp(step), code)) found = step
    return found
  }
  const renew = db.transaction((userId: string): string[] => {
    db.prepare('DELETE FROM recovery_code WHERE user_id = ?').run(userId)
    const codes = Array.from({ length: RECOVERY_CODES }, () =>
      base32.encode(randomBytes(RECOVERY_BYTES), { padding: false }).toLowerCase(),
    )
    for (const code of codes)
      db.prepare('INSERT INTO recovery_code (user_id, digest) VALUES (?, ?)').run(userId, digest(code))
    return codes.map((code) => code.replaceAll(/(.{4})(?=.)/g, '$1-'))
  })
  const since = (userId: string): string | null => row.get(userId)?.since ?? null

  return {
    /** Since when a user's logins ask for a code; null: they do not. */
    since,
    recoveryCodesLeft: (userId: string): number => left.get(userId)?.n ?? 0,
    /** A new secret, of no effect before `enable`. Throws `conflict` when codes are asked for already. */
    async begin(userId: string, userName: string): Promise<{ secret: string; uri: string }> {
      if (since(userId) !== null)
        throw new PanelError('conflict', 'An authenticator app is set up already.', { hint: 'Turn it off first.' })
      const secret = randomBytes(SECRET_BYTES)
      const text = base32.encode(secret, { padding: false })
      db.prepare('INSERT OR REPLACE INTO totp (user_id, secret, since, last_step) VALUES (?, ?, NULL, 0)').run(
        userId,
        await symmetricEncrypt({ key, data: text }),
      )
      return { secret: text, uri: createOTP(secret, { period: STEP_S }).url(ISSUER, userName) }
    },
    /** Asks for codes from now on; answers the recovery codes. Throws `invalid_input` when the code is not of that secret. */
    async enable(userId: string, code: string): Promise<string[]> {
      const begun = row.get(userId)
      if (begun === undefined || begun.since !== null)
        throw new PanelError('conflict', 'No authenticator app is being set up.', { hint: 'Begin again.' })
      const step = await stepOf(begun.secret, code)
      if (step === undefined)
        throw new PanelError('invalid_input', 'This is not the code that the app should show.', {
          fields: [{ path: 'code', message: 'Not the right code. Is the clock of this device right?' }],
        })
      db.prepare('UPDATE totp SET since = ?, last_step = ? WHERE user_id = ?').run(
        new Date(now()).toISOString(),
        step,
        userId,
      )
      return renew(userId)
    },
    /** Whether a code is right: of the app, each step once, or a recovery code, which is used up. */
    async take(userId: string, code: string): Promise<boolean> {
      const known = row.get(userId)
      if (known === undefined || known.since === null) return false
      if (!/^\d{6}$/.test(code)) return takeRecovery.run(userId, digest(code)).changes === 1
      const step = await stepOf(known.secret, code)
      return step !== undefined && take.run({ userId, step }).changes === 1
    },
    /** New recovery codes; the old ones are void. Throws `conflict` when no codes are asked for. */
    renewRecoveryCodes(userId: string): string[] {
      if (since(userId) === null) throw new PanelError('conflict', 'No authenticator app is set up.')
      return renew(userId)
    },
    /** Forgets the app and the recovery codes. */
    remove: db.transaction((userId: string): void => {
      for (const table of ['totp', 'recovery_code']) db.prepare(`DELETE FROM ${table} WHERE user_id = ?`).run(userId)
    }),
  }
}

export type SecondFactors = ReturnType<typeof createSecondFactors>

const isSame = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
