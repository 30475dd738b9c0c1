import { expect, test } from 'vitest'
import { needsQuestion, pasteOf } from './paste-text.ts'

test.each([
  ['plain', 'echo hi', { text: 'echo hi', lines: 1, removed: 0 }, false],
  ['two lines', 'a\r\nb', { text: 'a\nb', lines: 2, removed: 0 }, true],
  ['a line break at the end', 'rm -rf /\n', { text: 'rm -rf /\n', lines: 1, removed: 0 }, true],
  ['an old Mac', 'a\rb', { text: 'a\nb', lines: 2, removed: 0 }, true],
  ['a smuggled end of bracketed paste', 'a\u001B[201~\u0003b', { text: 'a[201~b', lines: 1, removed: 2 }, false],
  ['C1', 'a\u009B31mb', { text: 'a31mb', lines: 1, removed: 1 }, false],
  ['tabs and other scripts', '\tдa日', { text: '\tдa日', lines: 1, removed: 0 }, false],
])('%s', (_, clipboard, paste, asks) => {
  expect(pasteOf(clipboard)).toEqual(paste)
  expect(needsQuestion(pasteOf(clipboard))).toBe(asks)
})
