import { expect, test } from 'vitest'
import { readCapture } from './captures/read-capture.ts'
import { drawTable } from './texttable.ts'

const captured = (command: string) =>
  readCapture('session-1.13.txt').findLast((each) => each.command === command)?.stdout ?? ''
const rowsOf = (text: string) => text.split('\n').map((line) => line.split('\t'))

test('draws the table of the captured list from its tab-separated form', () => {
  const table = drawTable(['JID', 'NAME', 'STATE', 'RELEASE', 'IP4'], rowsOf(captured('iocage list -h')))
  expect(table).toBe(captured('iocage list'))
})

test('an empty table has a border under its heading', () => {
  expect(drawTable(['JID', 'NAME', 'STATE', 'RELEASE', 'IP4'], [])).toBe(captured('iocage list -t'))
})

test('one column: releases', () => {
  expect(drawTable(['Bases fetched'], [['13.5-RELEASE'], ['14.3-RELEASE']])).toBe(captured('iocage list -r'))
})

test('the odd blank of a centred heading goes to its right, and wide characters count once', () => {
  expect(drawTable(['IP4'], [['10.0.1.2']])).toBe(
    '+----------+\n|   IP4    |\n+==========+\n| 10.0.1.2 |\n+----------+',
  )
  expect(drawTable(['T'], [['ü€']])).toBe('+----+\n| T  |\n+====+\n| ü€ |\n+----+')
})

test('a cell with a line break makes a row of two lines', () => {
  expect(drawTable(['TAG'], [['a\nb']])).toBe('+-----+\n| TAG |\n+=====+\n| a   |\n| b   |\n+-----+')
})
