import { expect, test } from 'vitest'
import { visibleText } from './visible-text.ts'

test.each([
  ['plain text, ünïcode and 漢字\tstay', 'plain text, ünïcode and 漢字\tstay'],
  ['\u001b]52;c;cm0=\u0007', '\\x1b]52;c;cm0=\\x07'],
  ['\u009b31m', '\\x9b31m'],
  ['a\u0000b\u007f', 'a\\x00b\\x7f'],
  ['rm \u202e-rf\u202c', 'rm \\u202e-rf\\u202c'],
])('%j stands as %s', (text, shown) => {
  expect(visibleText(text)).toBe(shown)
})
