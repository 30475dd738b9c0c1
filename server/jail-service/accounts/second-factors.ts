import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { base32 } from '@better-auth/utils/base32'
import { createOTP } from '@better-auth/utils/otp'
import { RECOVERY_CODES } from '@/lib/account.ts'
import { PanelError } from '@/lib/errors.ts'
import type { Db } from '../db.ts'
import { inTurn } from '../db.ts'
import { DIGEST_KINDS, isDigestKind } from '../digest-kinds.ts'
import type { Seals } from './sealed-text.ts'

/** Length of a step, in seconds, and how many steps a phone's clock may be off in either direction (RFC 6238). */
const STEP_S = 30
const STEPS_OFF = 1
/** Bytes of a secret (RFC 4226: 20), of a recovery code (sixteen characters of base32) and of its salt. */
const SECRET_BYTES = 20
const RECOVERY_BYTES = 10
const SALT_BYTES = 16
/** What apps show above the code. */
const ISSUER = 'Cellblock'

interface TotpRow {
  secret: string
  since: string | null
  last_step: number
}

/** What is sealed, and whose (sealed-text.ts). */
export const secretPlace = (userId: string): string => `authenticator secret of ${userId}`
export const recoveryPlace = (userId: string): string => `recovery code of ${userId}`

/**
 * Codes of authenticator apps and recovery codes. Secrets and the digests of recovery codes are sealed with a key in a
 * file, so that the database alone is of no use to whoever reads it.
 */
export function createSecondFactors(db: Db, seals: Seals, now: () => number = Date.now) {
  const row = db.prepare<[string], TotpRow>('SELECT secret, since, last_step FROM totp WHERE user_id = ?')
  const put = db.prepare('INSERT OR REPLACE INTO totp (user_id, secret, since, last_step) VALUES (?, ?, NULL, 0)')
  const take = db.prepare('UPDATE totp SET last_step = @step WHERE user_id = @userId AND last_step < @step')
  const left = db.prepare<[string], { n: number }>('SELECT count(*) AS n FROM recovery_code WHERE user_id = ?')
  const recoveryCodes = db.prepare<[string], { sealed: string }>('SELECT sealed FROM recovery_code WHERE user_id = ?')
  const endRecovery = db.prepare('DELETE FROM recovery_code WHERE user_id = ? AND sealed = ?')

  // What is sealed is read and written in turn with other writers: no rotation of the key comes in between.
  const putSecret = inTurn(
    db,
    (userId: string, secret: string) => void put.run(userId, seals.seal(secret, secretPlace(userId))),
  )
  const secretOf = inTurn(db, (userId: string): string | undefined => {
    const known = row.get(userId)
    return known === undefined ? undefined : seals.open(known.secret, secretPlace(userId))
  })
  const takeRecovery = inTurn(db, (userId: string, code: string): boolean => {
    const right = recoveryCodes
      .all(userId)
      .find(({ sealed }) => isRecoveryCode(seals.open(sealed, recoveryPlace(userId)), code))
    return right !== undefined && endRecovery.run(userId, right.sealed).changes === 1
  })

  /** The step whose code this is, near the present one; undefined when it is none. */
  async function stepOf(userId: string, code: string): Promise<number | undefined> {
    const secret = secretOf(userId)
    if (secret === undefined) return undefined
    const otp = createOTP(base32.decode(secret), { period: STEP_S })
    const present = Math.floor(now() / 1_000 / STEP_S)
    let found: number | undefined
    for (let step = present - STEPS_OFF; step <= present + STEPS_OFF; step += 1)
      if (isSame(await otp.hotp(step), code)) found = step
    return found
  }
  const renew = inTurn(db, (userId: string): string[] => {
    db.prepare('DELETE FROM recovery_code WHERE user_id = ?').run(userId)
    const codes = Array.from({ length: RECOVERY_CODES }, () =>
      base32.encode(randomBytes(RECOVERY_BYTES), { padding: false }).toLowerCase(),
    )
    for (const code of codes)
      db.prepare('INSERT INTO recovery_code (user_id, sealed) VALUES (?, ?)').run(
        userId,
        seals.seal(recoveryDigest(code), recoveryPlace(userId)),
      )
    return codes.map((code) => code.replaceAll(/(.{4})(?=.)/g, '$1-'))
  })
  const since = (userId: string): string | null => row.get(userId)?.since ?? null

  return {
    /** Since when a user's logins ask for a code; null: they do not. */
    since,
    recoveryCodesLeft: (userId: string): number => left.get(userId)?.n ?? 0,
    /** A new secret, of no effect before `enable`. Throws `conflict` when codes are asked for already. */
    begin(userId: string, userName: string): { secret: string; uri: string } {
      if (since(userId) !== null)
        throw new PanelError('conflict', 'An authenticator app is set up already.', { hint: 'Turn it off first.' })
      const secret = randomBytes(SECRET_BYTES)
      const text = base32.encode(secret, { padding: false })
      putSecret(userId, text)
      return { secret: text, uri: createOTP(secret, { period: STEP_S }).url(ISSUER, userName) }
    },
    /** Asks for codes from now on; answers the recovery codes. Throws `invalid_input` when the code is not of that secret. */
    async enable(userId: string, code: string): Promise<string[]> {
      const begun = row.get(userId)
      if (begun === undefined || begun.since !== null)
        throw new PanelError('conflict', 'No authenticator app is being set up.', { hint: 'Begin again.' })
      const step = await stepOf(userId, code)
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
      if (since(userId) === null) return false
      if (!/^\d{6}$/.test(code)) return takeRecovery(userId, code)
      const step = await stepOf(userId, code)
      return step !== undefined && take.run({ userId, step }).changes === 1
    },
    /** New recovery codes; the old ones are void. Throws `conflict` when no codes are asked for. */
    renewRecoveryCodes(userId: string): string[] {
      if (since(userId) === null) throw new PanelError('conflict', 'No authenticator app is set up.')
      return renew(userId)
    },
    /** Forgets the app and the recovery codes. */
    remove: inTurn(db, (userId: string): void => {
      for (const table of ['totp', 'recovery_code']) db.prepare(`DELETE FROM ${table} WHERE user_id = ?`).run(userId)
    }),
  }
}

export type SecondFactors = ReturnType<typeof createSecondFactors>

/** As what a recovery code is kept, sealed: `KIND:SALT:DIGEST`. */
function recoveryDigest(code: string, kind: string = DIGEST_KINDS[0], salt = newSalt()): string {
  const digest = createHmac(kind, salt).update(`recovery code ${code}`).digest('base64url')
  return `${kind}:${salt}:${digest}`
}
const newSalt = () => randomBytes(SALT_BYTES).toString('base64url')

function isRecoveryCode(kept: string, code: string): boolean {
  const [kind = '', salt] = kept.split(':')
  return isDigestKind(kind) && isSame(recoveryDigest(code, kind, salt), kept)
}

const isSame = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
