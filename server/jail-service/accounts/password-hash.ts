import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { PanelError } from '@/lib/errors.ts'

/** scrypt's cost: some 0.25 s and 32 MiB for each guess (OWASP's figures for scrypt). */
const COST = { N: 2 ** 15, r: 8, p: 3 }
const KEY_BYTES = 32
const MEMORY_MAX = 128 * 1024 * 1024
/** Passwords that are worked on at once, and that wait: the thread pool also serves the disk. */
const AT_ONCE = 2
const WAITING_MAX = 20

let busy = 0
const waiting: (() => void)[] = []

/** Runs in turn; throws `rate_limited` when too many wait already. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (busy >= AT_ONCE) {
    if (waiting.length >= WAITING_MAX)
      throw new PanelError('rate_limited', 'Too many people log in at this moment.', { retryAfterS: 5 })
    await new Promise<void>((resolve) => waiting.push(resolve))
  } else busy += 1
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next === undefined) busy -= 1
    else next()
  }
}

function derive(password: string, salt: Buffer, { N, r, p }: typeof COST): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { N, r, p, maxmem: MEMORY_MAX }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    ),
  )
}

/** The stored form of a password: `scrypt$N$r$p$salt$key`, the last two in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await inTurn(() => derive(password, salt, COST))
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$')
}

/** Whether a password is the one that was stored. Takes the same time for a wrong one. */
export async function verifyPassword({ hash, password }: { hash: string; password: string }): Promise<boolean> {
  const [kind, N, r, p, salt, key] = hash.split('$')
  if (kind !== 'scrypt' || salt === undefined || key === undefined) return false
  const stored = Buffer.from(key, 'base64url')
  const cost = { N: Number(N), r: Number(r), p: Number(p) }
  const given = await inTurn(() => derive(password, Buffer.from(salt, 'base64url'), cost))
  return stored.length === given.length && timingSafeEqual(stored, given)
}
