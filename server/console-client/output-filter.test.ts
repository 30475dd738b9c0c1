import { expect, test } from 'vitest'
import { OutputFilter } from './output-filter.ts'

const through = (...chunks: string[]) => {
  const filter = new OutputFilter()
  return chunks.map((chunk) => filter.take(Buffer.from(chunk)).toString())
}

test.each([
  ['colours and moves stay', '\x1b[31mred\x1b[0m\x1b[2;3H\x1b[?25l日本', '\x1b[31mred\x1b[0m\x1b[2;3H\x1b[?25l日本'],
  ['device queries', 'a\x1b[c\x1b[>c\x1b[6n\x1b[?6n\x1b[?2026$p\x1b[>q\x1b[18t\x05b', 'ab'],
  ['titles, clipboard, colours', 'a\x1b]0;t\x07\x1b]52;c;cm0=\x1b\\\x1b]11;?\x07b', 'ab'],
  ['the text of a link stays', '\x1b]8;;https://x\x07here\x1b]8;;\x07', 'here'],
  ['device strings', 'a\x1bP$qm\x1b\\b', 'ab'],
  // What is taken out of the middle must not join what stands around it.
  ['one sequence inside of another', 'a\x1b\x1b]0;t\x07[6nb', 'a[6nb'],
  ['a string that a query ends', 'a\x1b]18;\x1b[cb', 'ab'],
  ['8-bit controls', 'a\u009b6n\u009d0;t\x07b\u009b31mc', 'ab\x1b[31mc'],
])('%s', (_, output, passes) => {
  expect(through(output).join('')).toBe(passes)
  // Cut anywhere it is the same.
  expect(through(...[...output].map((character) => character)).join('')).toBe(passes)
})

test('what is cut off waits', () => {
  expect(through('a\x1b[', '6n', 'b')).toEqual(['a', '', 'b'])
})
