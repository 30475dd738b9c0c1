import { expect, test } from 'vitest'
import { formatSize, parseSize } from './sizes.ts'

test.each([
  [0, '0'],
  [512, '512'],
  [1023, '1023'],
  [1024, '1K'],
  [1536, '1.50K'],
  [100 * 1024, '100K'],
  [10.25 * 1024, '10.2K'],
  [202.4 * 1024 ** 2, '202M'],
  [811 * 1024 ** 2 + 1, '811M'],
  [19.7 * 1024 ** 2, '19.7M'],
  [3.51 * 1024 ** 4, '3.51T'],
  [1000.4 * 1024 ** 3, '1000G'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text)
  expect(text.length).toBeLessThanOrEqual(5)
})

test('sizes are read as users type them', () => {
  expect(parseSize('10G')).toBe(10 * 1024 ** 3)
  expect(parseSize('1.5t')).toBe(1.5 * 1024 ** 4)
  expect(parseSize('512')).toBe(512)
  expect(parseSize('none')).toBeUndefined()
  expect(parseSize('-1M')).toBeUndefined()
})
