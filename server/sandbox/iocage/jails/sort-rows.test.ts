import { expect, test } from 'vitest'
import { compareNames } from '../model/sort.ts'
import { sortRows } from './sort-rows.ts'

const COLUMNS = ['JID', 'NAME', 'STATE', 'RELEASE', 'IP4']
const ALLOWED = ['jid', 'name', 'state', 'release', 'ip4']
const ROWS = [
  ['2', '-x', 'up', '14.3-RELEASE', '-'],
  ['None', 'a.b', 'down', '14.3-RELEASE', '-'],
  ['1', 'db', 'up', '14.3-RELEASE', '192.0.2.21'],
  ['None', 'dh', 'down', '14.3-RELEASE', 'DHCP'],
  ['None', 'vn', 'down', '13.5-RELEASE', '10.0.0.5'],
]
const names = (sort: string) => sortRows(ROWS, COLUMNS, sort, ALLOWED).map((row) => row[1])

test('sorts as the captured lists: numbers before words, up first', () => {
  expect(names('jid')).toEqual(['db', '-x', 'a.b', 'dh', 'vn'])
  expect(names('ip4')).toEqual(['vn', 'db', '-x', 'a.b', 'dh'])
  expect(names('state')).toEqual(['-x', 'db', 'a.b', 'dh', 'vn'])
  expect(names('release')).toEqual(['vn', '-x', 'a.b', 'db', 'dh'])
})

test('an unknown word is refused with the words there are', () => {
  expect(() => names('bogus')).toThrow(
    'Invalid sort type specified, use one of:\n  jid\n  name\n  state\n  release\n  ip4',
  )
})

test('a trailing number after _ counts as a number', () => {
  expect(['web_10', 'web_2', 'app', 'web_1'].toSorted(compareNames)).toEqual(['app', 'web_1', 'web_2', 'web_10'])
})
