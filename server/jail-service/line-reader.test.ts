import { describe, expect, test } from 'vitest'
import { createLineReader } from './line-reader.ts'
import type { OutputPiece } from './line-reader.ts'

/** What a page shows when all pieces came: open ones give way to the next. */
function shown(...chunks: string[]): string[] {
  const pieces: OutputPiece[] = []
  const reader = createLineReader('stdout', (piece) => pieces.push(piece))
  for (const chunk of chunks) reader.take(Buffer.from(chunk))
  reader.end()
  const lines: string[] = []
  let open = false
  for (const piece of pieces) {
    if (open) lines.pop()
    lines.push(piece.text)
    open = piece.open
  }
  return lines
}

describe('lines of output', () => {
  test('line feeds, cut anywhere', () => {
    expect(shown('a\nb', 'c\n', '\n', 'd')).toEqual(['a', 'bc', '', 'd'])
  })
  test('CRLF is one line end, also when it is cut in two', () => {
    expect(shown('a\r\nb\r', '\nc\r')).toEqual(['a', 'b', 'c'])
  })
  test.each([
    ['in one chunk', ['10%\r20%\r100%\r\ndone\n']],
    ['in many', ['10%\r', '20%\r', '100%', '\r\n', 'done\n']],
    ['erasing the line first', ['\u001b[2K\r10%\r', '\u001b[2K\r100%\n', 'done\n']],
    ['drawn before the return', ['\r10%', '\r20%', '\r100%', '\ndone\n']],
  ])('a progress bar replaces itself, %s', (_, chunks) => {
    expect(shown(...chunks)).toEqual(['100%', 'done'])
  })
  test('colours and titles are not text', () => {
    expect(shown('\u001b[31mred\u001b[0m\u001b]0;title\u0007\n')).toEqual(['red'])
  })
  test('a character cut in two', () => {
    const pieces: string[] = []
    const reader = createLineReader('stdout', ({ text }) => pieces.push(text))
    const [first, second] = [Buffer.from('é\n').subarray(0, 1), Buffer.from('é\n').subarray(1)]
    reader.take(first)
    reader.take(second)
    expect(pieces).toEqual(['é'])
  })
  test('a line without end comes in pieces', () => {
    expect(shown('x'.repeat(10_000)).map(({ length }) => length)).toEqual([4_096, 4_096, 1_808])
  })
})
