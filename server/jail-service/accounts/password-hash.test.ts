import { describe, expect, test } from 'vitest'
import { hashPassword, verifyPassword } from './password-hash.ts'

describe('passwords', () => {
  test('the right one is known again, in either Unicode form; others and nonsense are not', async () => {
    const hash = await hashPassword('pässword-of-ada')
    expect(hash).toMatch(/^scrypt\$32768\$8\$3\$/)
    expect(await verifyPassword({ hash, password: 'pa\u0308ssword-of-ada' })).toBe(true)
    expect(await verifyPassword({ hash, password: 'password-of-ada' })).toBe(false)
    for (const broken of ['', 'scrypt', 'plain$text', 'scrypt$2$8$1$$'])
      expect(await verifyPassword({ hash: broken, password: '' })).toBe(false)
  })
  test('a crowd waits its turn, a flood is refused', async () => {
    const crowd = await Promise.allSettled(Array.from({ length: 40 }, () => hashPassword('x')))
    const refused = crowd.filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(18)
    expect(refused[0]).toMatchObject({ reason: { code: 'rate_limited' } })
  })
})
