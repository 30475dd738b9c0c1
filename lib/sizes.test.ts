import { expect, test } from 'vitest'
import { formatBytes } from './sizes.ts'

test.each([
  [0, '0B'],
  [512, '512B'],
  [100 * 1024, '100K'],
  [202 * 1024 ** 2, '202M'],
  [3.51 * 1024 ** 4, '3.51T'],
  [19.7 * 1024 ** 2, '19.7M'],
  [Number.NaN, '-'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})
