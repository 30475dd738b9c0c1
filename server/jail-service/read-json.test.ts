import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { depthOf } from './read-json.ts'

const depth = (value: unknown): number =>
  value === null || typeof value !== 'object' ? 0 : 1 + Math.max(0, ...Object.values(value).map(depth))

describe('depth of a JSON text', () => {
  test.each([
    ['1', 0],
    ['{}', 1],
    ['{"a":[{}]}', 3],
    ['"[[[["', 0],
    ['"\\"[["', 0],
    ['["\\\\",[1]]', 2],
  ])('%s', (text, wanted) => expect(depthOf(text)).toBe(wanted))
  test('of any value', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(depthOf(text)).toBe(depth(JSON.parse(text)))
      }),
    )
  })
})
