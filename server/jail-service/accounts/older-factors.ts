import { symmetricDecrypt } from 'better-auth/crypto'
import type { Db } from '../db.ts'
import type { KeyFile } from '../key-file.ts'
import { createSeals } from './sealed-text.ts'
import { recoveryPlace, secretPlace } from './second-factors.ts'

/**
 * Seals second factors of a state from before they were sealed: secrets encrypted by the library of accounts, recovery codes
 * as HMAC-SHA-256 under the same key, which is their salt from now on.
 */
export async function sealOlderFactors(db: Db, keys: KeyFile): Promise<void> {
  const seals = createSeals(keys)
  const key = keys.read().at(-1) ?? ''
  const secrets = db.prepare<[], { userId: string; data: string }>(
    `SELECT user_id AS userId, secret AS data FROM totp WHERE secret NOT LIKE '%:%'`,
  )
  for (const { userId, data } of secrets.all())
    db.prepare('UPDATE totp SET secret = ? WHERE user_id = ? AND secret = ?').run(
      ...[seals.seal(await symmetricDecrypt({ key, data }), secretPlace(userId)), userId, data],
    )
  const codes = db.prepare<[], { userId: string; digest: string }>(
    `SELECT user_id AS userId, sealed AS digest FROM recovery_code WHERE sealed NOT LIKE '%:%'`,
  )
  for (const { userId, digest } of codes.all())
    db.prepare('UPDATE recovery_code SET sealed = ? WHERE user_id = ? AND sealed = ?').run(
      ...[seals.seal(`sha256:${key}:${digest}`, recoveryPlace(userId)), userId, digest],
    )
}
