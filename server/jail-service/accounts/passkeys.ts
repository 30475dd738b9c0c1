import { isIP } from 'node:net'
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { Passkey, PasskeyAnswer } from '@/lib/account.ts'
import { PanelError } from '@/lib/errors.ts'
import type { Db } from '../db.ts'
import { Challenges } from './challenges.ts'

interface PasskeyRow {
  id: string
  user_id: string
  name: string
  public_key: Buffer
  counter: number
  transports: string
  created_at: string
  last_used_at: string | null
}

/** Passkeys of one user; more is a mistake. */
const PASSKEYS_PER_USER = 20
/** What authenticators call this product. */
const RP_NAME = 'Cellblock'

const toPasskey = ({ id, name, created_at: createdAt, last_used_at: lastUsedAt }: PasskeyRow): Passkey => ({
  ...{ id, name, createdAt, lastUsedAt },
})
const now = () => new Date().toISOString()

/**
 * Passkeys, bound to the name in `origins` (WebAuthn's relying party). They ask their owner for a finger or a PIN each time,
 * so that one alone is a login of two factors.
 */
export function createPasskeys(db: Db, origins: readonly string[]) {
  const named = origins.filter((origin) => isIP(new URL(origin).hostname.replace(/^\[|\]$/g, '')) === 0)
  const rpID = named[0] === undefined ? undefined : new URL(named[0]).hostname
  const expectedOrigin = named.filter((origin) => new URL(origin).hostname === rpID)
  const refusal =
    rpID === undefined
      ? 'Passkeys need the service to know the name of this panel: start it with --origin and a name, not an address.'
      : null
  const challenges = new Challenges()
  const byId = db.prepare<[string], PasskeyRow>('SELECT * FROM passkey WHERE id = ?')
  const byUser = db.prepare<[string], PasskeyRow>('SELECT * FROM passkey WHERE user_id = ? ORDER BY created_at')
  const used = db.prepare('UPDATE passkey SET counter = ?, last_used_at = ? WHERE id = ?')
  const party = (): string => {
    if (rpID === undefined) throw new PanelError('conflict', refusal ?? '')
    return rpID
  }

  return {
    /** Why there are none here, in one sentence; null: there may be. */
    refusal,
    list: (userId: string): Passkey[] => byUser.all(userId).map(toPasskey),
    /** What a browser needs to make a passkey for this user. */
    async begin(userId: string, userName: string): Promise<Record<string, unknown>> {
      const known = byUser.all(userId)
      if (known.length >= PASSKEYS_PER_USER)
        throw new PanelError('conflict', `You have ${known.length} passkeys.`, { hint: 'Remove one first.' })
      const options = await generateRegistrationOptions({
        ...{ rpName: RP_NAME, rpID: party(), userName, userDisplayName: userName },
        userID: new Uint8Array(Buffer.from(userId)),
        attestationType: 'none',
        excludeCredentials: known.map(({ id }) => ({ id })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      })
      challenges.add(options.challenge, userId)
      return { ...options }
    },
    /** Keeps the passkey that a browser made. Throws `invalid_input` when it is not the answer to what was asked. */
    async add(userId: string, name: string, answer: PasskeyAnswer): Promise<Passkey> {
      const { registrationInfo } = await verifyRegistrationResponse({
        response: answer as unknown as Parameters<typeof verifyRegistrationResponse>[0]['response'],
        expectedChallenge: (challenge) => challenges.take(challenge, userId),
        ...{ expectedOrigin, expectedRPID: party(), requireUserVerification: true },
      }).catch(refused)
      if (registrationInfo === undefined) throw wrong()
      const { id, publicKey, counter, transports = [] } = registrationInfo.credential
      if (byId.get(id) !== undefined) throw new PanelError('conflict', 'This passkey is known already.')
      db.prepare(
        'INSERT INTO passkey (id, user_id, name, public_key, counter, transports, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ).run(id, userId, name, Buffer.from(publicKey), counter, JSON.stringify(transports), now())
      return toPasskey(byId.get(id) as PasskeyRow)
    },
    /** What a browser needs to use a passkey, whoever's it is. */
    async challenge(): Promise<Record<string, unknown>> {
      const options = await generateAuthenticationOptions({ rpID: party(), userVerification: 'required' })
      challenges.add(options.challenge, '')
      return { ...options }
    },
    /** The user whose passkey answered a challenge, each of which is good once; undefined: none of ours, or a false answer. */
    async use(answer: PasskeyAnswer): Promise<string | undefined> {
      const row = byId.get(answer.id)
      if (row === undefined) return undefined
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response: answer as unknown as Parameters<typeof verifyAuthenticationResponse>[0]['response'],
        expectedChallenge: (challenge) => challenges.take(challenge, ''),
        ...{ expectedOrigin, expectedRPID: party(), requireUserVerification: true },
        credential: {
          ...{ id: row.id, publicKey: new Uint8Array(row.public_key), counter: row.counter },
          transports: JSON.parse(row.transports) as string[],
        },
      }).catch(() => ({ verified: false, authenticationInfo: undefined }))
      if (!verified || authenticationInfo === undefined) return undefined
      used.run(authenticationInfo.newCounter, now(), row.id)
      return row.user_id
    },
    /** Throws `not_found` when it is not this user's. */
    remove(userId: string, id: string): void {
      if (db.prepare('DELETE FROM passkey WHERE id = ? AND user_id = ?').run(id, userId).changes === 0)
        throw new PanelError('not_found', 'There is no such passkey.', { hint: 'Reload the list.' })
    },
  }
}

export type Passkeys = ReturnType<typeof createPasskeys>

const wrong = (cause?: unknown) =>
  new PanelError('invalid_input', 'The browser’s answer is not a passkey for this panel.', {
    hint: 'Begin again.',
    ...(cause === undefined ? {} : { cause }),
  })
/** The library throws plain errors for every answer that it does not like. */
const refused = (cause: unknown): never => {
  throw cause instanceof PanelError ? cause : wrong(cause)
}
