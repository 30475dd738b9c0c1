import { describe, expect, test } from 'vitest'
import { ClientMessage, COLS_MAX, parseFrame, ROWS_MAX, ServerMessage } from './console-protocol.ts'

const viewer = '5f0c6d3e-6f5a-4c8e-9a50-0d7f4a7f1a11'

describe('control messages', () => {
  test.each([
    ['hello', { type: 'hello', ticket: 't', viewer, cols: 80, rows: 24 }],
    ['hello again', { type: 'hello', ticket: 't', viewer, cols: 80, rows: 24, offset: 0 }],
    ['resize', { type: 'resize', cols: COLS_MAX, rows: ROWS_MAX }],
    ['ack', { type: 'ack', offset: 2 ** 40 }],
  ])('%s is read as it was written', (_, message) => {
    expect(parseFrame(ClientMessage, JSON.stringify(message))).toEqual(message)
  })

  test.each([
    ['no JSON', 'hello'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['no type', '{}'],
    ['an unknown type', '{"type":"exec","argv":["id"]}'],
    ['a field too many', '{"type":"ack","offset":1,"and":2}'],
    ['a negative offset', '{"type":"ack","offset":-1}'],
    ['half a byte', '{"type":"ack","offset":0.5}'],
    ['an offset beyond exact numbers', '{"type":"ack","offset":1e300}'],
    ['a size as text', '{"type":"resize","cols":"80","rows":24}'],
    ['no columns', '{"type":"resize","cols":0,"rows":24}'],
    ['too many rows', `{"type":"resize","cols":80,"rows":${ROWS_MAX + 1}}`],
    ['a viewer that is no UUID', '{"type":"hello","ticket":"t","viewer":"me","cols":80,"rows":24}'],
    ['a ticket of 10 kB', JSON.stringify({ type: 'hello', ticket: 'x'.repeat(10_000), viewer, cols: 80, rows: 24 })],
    ['a prototype', '{"__proto__":{"type":"ack"},"offset":1}'],
  ])('%s is none', (_, text) => {
    expect(parseFrame(ClientMessage, text)).toBeUndefined()
  })

  test('a newer service may say more: unknown fields are left out, unknown messages are none', () => {
    expect(parseFrame(ServerMessage, '{"type":"input","offset":3,"new":1}')).toEqual({ type: 'input', offset: 3 })
    expect(parseFrame(ServerMessage, '{"type":"recording"}')).toBeUndefined()
  })
})
