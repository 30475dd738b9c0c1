import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FUZZ_TIMEOUT_MS, fuzz } from '../server/fuzz.ts'
import { isWithin, patternsOf, tagMatches, TagPattern } from './jail-scope.ts'

describe('patterns of tags', () => {
  test.each([
    ['www', 'www', true],
    ['www', 'www2', false],
    ['www', 'ww', false],
    ['web*', 'web', true],
    ['web*', 'web-1', true],
    ['web*', 'theweb', false],
    ['*db', 'maindb', true],
    ['*db', 'dbmain', false],
    ['a*b*c', 'axxbyyc', true],
    ['a*b*c', 'axxcyyb', false],
    ['db-?', 'db-1', true],
    ['db-?', 'db-12', false],
    ['*', 'anything', true],
    ['w.w', 'wxw', false],
  ])('%s, %s: %s', (pattern, tag, fits) => expect(tagMatches(pattern, tag)).toBe(fits))

  test(
    'mean what the same regular expression means',
    () => {
      const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '.'), maxLength: 12 })
      const tag = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 16 })
      return fuzz(
        'patterns of tags',
        fc.property(pattern, tag, (pattern, tag) => {
          const source = pattern
            .replaceAll('.', String.raw`\.`)
            .replaceAll(/\*+/g, '.*')
            .replaceAll('?', '.')
          expect(tagMatches(pattern, tag)).toBe(new RegExp(`^${source}$`).test(tag))
        }),
        { few: 5_000, many: 200_000 },
      )
    },
    FUZZ_TIMEOUT_MS,
  )

  test('cannot be made to take long', () => {
    expect(tagMatches(`${'*a'.repeat(30)}b`, 'a'.repeat(60))).toBe(false)
  })

  test('of a user and of a token must both fit', () => {
    expect(isWithin([], 'www')).toBe(true)
    expect(isWithin([['web*', 'www'], ['www']], 'www')).toBe(true)
    expect(isWithin([['web*'], ['www']], 'www')).toBe(false)
  })

  test('come out of a text field', () => {
    expect(patternsOf(' web*, db-?\n www ')).toEqual(['web*', 'db-?', 'www'])
    expect(TagPattern.safeParse('../etc').success).toBe(false)
  })
})
