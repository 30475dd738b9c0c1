import { expect, test } from 'vitest'
import { defaultColumns, fittingColumns } from './jail-columns.tsx'

const usual = defaultColumns(true)

test('a wide screen has room for all usual columns', () => {
  expect(fittingColumns(usual, 1_142)).toEqual(usual)
})

test('beside the side panel the essential ones stay', () => {
  expect(fittingColumns(usual, 802)).toEqual(['jid', 'state', 'tag', 'release', 'ip4'])
})

test('state, tag and address never give way', () => {
  expect(fittingColumns(usual, 100)).toEqual(['state', 'tag', 'ip4'])
})
