import { describe, expect, test } from 'vitest'
import { clockText, findInCast, parseAsciicast, withoutPauses } from './asciicast.ts'

const two = `{"version":2,"width":80,"height":24,"timestamp":1,"title":"www: mk"}
[0.1,"o","$ "]
[0.5,"o","ec"]
[0.6,"o","ho \\u001b[31mH"]
[0.7,"o","ello\\u001b[0m\\r\\n"]
[9,"r","100x30"]
[10.25,"o","done\\r\\n"]
[11,"i","typed"]
[12,"o","cut o`
const three = `{"version":3,"term":{"cols":80,"rows":24}}
# a comment
[0.1, "o", "a"]
[0.4, "o", "b"]
[1, "x", "0"]
`

describe('an asciicast', () => {
  test('of version 2 is read, without its unfinished end and without input', () => {
    expect(parseAsciicast(two)).toMatchObject({ cols: 80, rows: 24, title: 'www: mk', durationS: 11 })
    expect(parseAsciicast(two)?.events.map(({ at, kind }) => [at, kind])).toEqual([
      [0.1, 'output'],
      [0.5, 'output'],
      [0.6, 'output'],
      [0.7, 'output'],
      [9, 'size'],
      [10.25, 'output'],
    ])
  })

  test('of version 3 has intervals and comments', () => {
    expect(parseAsciicast(three)?.events).toEqual([
      { at: 0.1, kind: 'output', data: 'a' },
      { at: 0.5, kind: 'output', data: 'b' },
    ])
  })

  test.each(['', 'no JSON', '{"version":1}', '[]', '{"version":2,"width":0,"height":24}', 'null'])(
    '%j is none',
    (text) => {
      expect(parseAsciicast(text)).toBeUndefined()
    },
  )

  test('without its pauses is shorter, in the same order', () => {
    const cast = parseAsciicast(two)
    expect(cast && withoutPauses(cast).events.map(({ at }) => Math.round(at * 100) / 100)).toEqual([
      0.1, 0.5, 0.6, 0.7, 2.7, 3.95,
    ])
  })

  test('is searched as text, over colours and pieces, with the time of the line', () => {
    const cast = parseAsciicast(two)
    expect(cast && findInCast(cast, 'hello')).toEqual([{ at: 0.7, line: '$ echo Hello' }])
    expect(cast && findInCast(cast, 'DONE')).toEqual([{ at: 10.25, line: 'done' }])
    expect(cast && findInCast(cast, 'typed')).toEqual([])
    expect(cast && findInCast(cast, '')).toEqual([])
  })
})

test.each([
  [0, '0:00'],
  [62.9, '1:02'],
  [3_723, '1:02:03'],
])('%d s is %s', (seconds, text) => {
  expect(clockText(seconds)).toBe(text)
})
