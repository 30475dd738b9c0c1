import fc from 'fast-check'
import { test } from 'vitest'
import { FUZZ_TIMEOUT_MS, fuzz, isSame } from '../server/fuzz.ts'
import { ClientMessage, parseFrame } from './console-protocol.ts'

/** The messages of a client in other words than the schema's: docs/console-protocol.md. */
function isMessage(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const message = value as Record<string, unknown>
  const isWhole = (key: string, least: number, most: number) =>
    Number.isSafeInteger(message[key]) && Number(message[key]) >= least && Number(message[key]) <= most
  const isSize = () => isWhole('cols', 2, 500) && isWhole('rows', 1, 200)
  const isOffset = () => isWhole('offset', 0, Number.MAX_SAFE_INTEGER)
  const has = (...keys: string[]) => isSame(Object.keys(message).sort(), keys.sort())
  switch (message['type']) {
    case 'hello': {
      const { ticket, viewer } = message
      const named = ['type', 'ticket', 'viewer', 'cols', 'rows']
      return (
        (has(...named) || (has(...named, 'offset') && isOffset())) &&
        isSize() &&
        typeof ticket === 'string' &&
        ticket.length <= 200 &&
        typeof viewer === 'string' &&
        /^[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i.test(viewer)
      )
    }
    case 'resize':
      return has('type', 'cols', 'rows') && isSize()
    case 'ack':
      return has('type', 'offset') && isOffset()
    case 'drive':
      return has('type', 'on') && typeof message['on'] === 'boolean'
    default:
      return false
  }
}

const viewer = '5f0c6d3e-6f5a-4c8e-9a50-0d7f4a7f1a11'
const cols = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 2, max: 500 }) }, fc.constantFrom(0, 1, 2, 500, 501))
const rows = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 200 }) }, fc.constantFrom(0, 1, 200, 201))
const offset = fc.oneof(fc.nat(), fc.constantFrom(0, -1, 2 ** 53 - 1, 2 ** 53, 0.5, 1e300, -0))
const ticket = fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('x'.repeat(200), 'x'.repeat(201)))
const id = fc.oneof(
  { weight: 5, arbitrary: fc.constant(viewer) },
  fc.uuid(),
  fc.constantFrom(
    '',
    'me',
    `${viewer} `,
    viewer.toUpperCase(),
    viewer.replace('4c8e', '0c8e'),
    viewer.replace('f', 'g'),
  ),
)
const message: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  fc.record(
    { type: fc.constant('hello'), ticket, viewer: id, cols, rows, offset },
    { requiredKeys: ['type', 'ticket', 'viewer', 'cols', 'rows'] },
  ),
  fc.record({ type: fc.constant('resize'), cols, rows }),
  fc.record({ type: fc.constant('ack'), offset }),
  fc.record({ type: fc.constant('drive'), on: fc.boolean() }),
)
const anyJson = fc.oneof(fc.constantFrom(null, true, '80', [], {}, 'ack', 'resize', 80), fc.jsonValue({ maxDepth: 2 }))
const key = fc.constantFrom(
  ...['type', 'cols', 'rows', 'offset', 'ticket', 'viewer', 'on', 'and', '__proto__', 'constructor'],
)

/** A message that is right, or has one thing wrong with it. */
const text = fc.oneof(
  { weight: 3, arbitrary: message.map((value) => JSON.stringify(value)) },
  {
    weight: 3,
    arbitrary: fc.tuple(message, key, anyJson).map(([value, name, other]) => {
      // As text, so that __proto__ is a field and no prototype.
      const fields = Object.entries(value).filter(([field]) => field !== name)
      return `{${[...fields, [name, other] as const].map(([field, of]) => `${JSON.stringify(field)}:${JSON.stringify(of)}`).join(',')}}`
    }),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(message, key).map(([value, name]) => {
      const { [name]: _, ...rest } = value
      return JSON.stringify(rest)
    }),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(message, fc.nat(200), fc.nat(5), fc.string({ maxLength: 4 })).map(([value, at, gone, put]) => {
      const whole = JSON.stringify(value)
      const place = at % (whole.length + 1)
      return whole.slice(0, place) + put + whole.slice(place + gone)
    }),
  },
  { weight: 1, arbitrary: fc.oneof(fc.string(), fc.json()) },
)

test(
  'a text is a message exactly when the protocol says so, and is read as it was written',
  () =>
    fuzz(
      'control frames of a console',
      fc.property(text, (frame) => {
        let value: unknown
        try {
          value = JSON.parse(frame)
        } catch {
          value = undefined
        }
        const wanted = isMessage(value) ? value : undefined
        const read = parseFrame(ClientMessage, frame)
        if (!isSame(read, wanted))
          throw new Error(`${frame} is read as ${JSON.stringify(read)}, not as ${JSON.stringify(wanted)}`)
      }),
      { few: 5_000, many: 1_000_000 },
    ),
  FUZZ_TIMEOUT_MS,
)
