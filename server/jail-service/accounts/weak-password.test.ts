import { describe, expect, test } from 'vitest'
import { weaknessOf } from './weak-password.ts'

describe('passwords as good as none', () => {
  test.each([
    ['1234567890123456', 'ada'],
    ['passwordpassword', 'ada'],
    ['Football2024!', 'ada'],
    ['aaaaaaaaaaaa', 'ada'],
    ['abcabcabcabc', 'ada'],
    ['alexandra1234', 'alexandra'],
    ['QWERTYUIOP123', 'ada'],
    ['unbelievable', 'ada'],
    ['Cellblock-2026', 'ada'],
  ])('%s of %s', (password, userName) => expect(weaknessOf(password, userName)).toMatch(/Choose another/))
  test.each([
    ['correct-horse-battery', 'admin'],
    ['given-by-an-admin', 'dora'],
    ['one long sentence about adas cat', 'ada'],
    ['Tr0ub4dor&3xkcd', 'ada'],
    ['パスワードは長いほうがいいね', 'ada'],
  ])('not %s', (password, userName) => expect(weaknessOf(password, userName)).toBeUndefined())
})
