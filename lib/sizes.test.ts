import { expect, test } from 'vitest'
import { formatBytes } from './sizes.ts'

test.each([
  [0, '0B'],
  [512, '512B'],
  [100 * 1024, '100K'],
  [32 * 1024, '32K'],
  [4 * 1024, '4K'],
  [1536, '1.50K'],
  [999.5 * 1024, '1000K'],
  [72.3 * 1024 ** 3, '72.3G'],
  [202 * 1024 ** 2, '202M'],
  [3.51 * 1024 ** 4, '3.51T'],
  [19.7 * 1024 ** 2, '19.7M'],
  [Number.NaN, '-'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})
