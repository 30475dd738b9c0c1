import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openBreachedPasswords } from './breached-passwords.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'cb-breached-'))
afterAll(() => rmSync(folder, { recursive: true }))
const fileOf = (text: string) => {
  const file = path.join(folder, crypto.randomUUID())
  writeFileSync(file, text)
  return file
}
const digestOf = (password: string) => createHash('sha1').update(password).digest('hex').toUpperCase()
const passwords = Array.from({ length: 500 }, (_, n) => `breached password ${n}`)
const sorted = passwords.map(digestOf).toSorted()

describe('a file of breached passwords', () => {
  test.each([
    ['as it is given out', sorted.map((digest, n) => `${digest}:${n * 37}\r\n`).join('')],
    ['without counts or a last end of line', sorted.join('\n')],
    ['in small letters', `${sorted.join('\n').toLowerCase()}\n`],
    ['of one', `${digestOf('breached password 0')}\n`],
  ])('%s: those in it are found, others are not', (_, text) => {
    const isBreached = openBreachedPasswords(fileOf(text))
    for (const password of text.length < 60 ? passwords.slice(0, 1) : passwords) expect(isBreached(password)).toBe(true)
    for (let n = 0; n < 500; n += 1) expect(isBreached(`another ${n}`)).toBe(false)
  })

  test('knows a password in whatever Unicode form', () => {
    const isBreached = openBreachedPasswords(fileOf(digestOf('caf\u00e9 au lait')))
    expect(isBreached('cafe\u0301 au lait')).toBe(true)
  })

  test.each([
    ['empty', ''],
    ['of something else', 'hello\n'],
    ['not sorted', `${sorted.toReversed().join('\n')}\n`],
  ])('%s is refused at the start', (_, text) => {
    expect(() => openBreachedPasswords(fileOf(text))).toThrow(/no sorted list of SHA-1 digests/)
  })
  test('that is not there is refused at the start', () => {
    expect(() => openBreachedPasswords(path.join(folder, 'none'))).toThrow(/cannot be read/)
  })
})
