import { describe, expect, test } from 'vitest'
import { createSeals } from './sealed-text.ts'

const key = (letter: string) => letter.repeat(43)
const keysOf = (...letters: [string, ...string[]]) => {
  const [present, ...former] = letters
  return { read: (): readonly [string, ...string[]] => [key(present), ...former.map(key)] }
}
const place = 'authenticator secret of ada'

describe('a sealed text', () => {
  test('says nothing of the text, names cipher and key, and is another one each time', () => {
    const seals = createSeals(keysOf('a'))
    const [one, two] = [seals.seal('JBSWY3DP', place), seals.seal('JBSWY3DP', place)]
    expect(one).toMatch(/^aes-256-gcm:[\w-]{8}:[\w-]+$/)
    expect(one).not.toBe(two)
    expect(one.split(':')[1]).toBe(two.split(':')[1])
    expect(key('a')).not.toContain(one.split(':')[1])
    expect([seals.open(one, place), seals.open(two, place)]).toEqual(['JBSWY3DP', 'JBSWY3DP'])
  })

  test('of a former key is opened while that is there, and known for one to seal anew', () => {
    const sealed = createSeals(keysOf('a')).seal('text', place)
    const both = createSeals(keysOf('b', 'a'))
    expect([both.open(sealed, place), both.isPresent(sealed), both.isPresent(both.seal('text', place))]).toEqual([
      'text',
      false,
      true,
    ])
    expect(() => createSeals(keysOf('b')).open(sealed, place)).toThrow(/cannot be read/)
  })

  test('of another cipher that is known is opened, whichever is for new ones', () => {
    const other = createSeals(keysOf('a'), ['chacha20-poly1305', 'aes-256-gcm'])
    const seals = createSeals(keysOf('a'))
    const sealed = other.seal('text', place)
    expect(sealed).toMatch(/^chacha20-poly1305:/)
    expect([seals.open(sealed, place), other.open(seals.seal('text', place), place)]).toEqual(['text', 'text'])
    expect(seals.isPresent(sealed)).toBe(false)
  })

  test.each([
    ['moved to another place', (sealed: string) => [sealed, 'authenticator secret of bob']],
    ['changed', (sealed: string) => [sealed.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')), place]],
    ['cut off', (sealed: string) => [sealed.slice(0, -8), place]],
    ['emptied', () => ['', place]],
    ['said to be of another cipher', (sealed: string) => [sealed.replace('aes-256-gcm', 'chacha20-poly1305'), place]],
    ['said to be of a cipher that is not known', (sealed: string) => [sealed.replace('aes-256-gcm', 'null'), place]],
  ] as const)('that was %s is not opened', (_, tampered) => {
    const seals = createSeals(keysOf('a'))
    const [sealed = '', where = ''] = tampered(seals.seal('text', place))
    expect(() => seals.open(sealed, where)).toThrow(/cannot be read: its key is another one, or it was changed/)
  })
})
