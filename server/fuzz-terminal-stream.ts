import fc from 'fast-check'

/** Bytes of a terminal as ECMA-48 makes them of parts, so that most of what comes out means something to a terminal. */
const parameter = fc.constantFrom(
  ...['', '0', '1', '2', '4', '5', '6', '8', '9', '10', '11', '12', '14', '18', '21', '25', '26', '52', '53', '104'],
  ...['996', '1000', '1004', '1006', '1049', '2004', '2026', '99999999999', '0:1', '?'],
)
const parameters = fc.array(parameter, { maxLength: 4 }).map((some) => some.join(';'))
const prefix = fc.constantFrom('', '', '', '?', '>', '=', '<')
const intermediate = fc.constantFrom('', '', '', '', '$', '!', '"', '#', "'", '*', '+', ' ')
const final = fc.integer({ min: 0x40, max: 0x7e }).map((code) => String.fromCharCode(code))
/** Finals that ask or that set something outside the screen. */
const outlet = fc.constantFrom('c', 'n', 'p', 'q', 't', 'x', 'u', 'R', 'm', 'h', 'l')
const csiStart = fc.constantFrom('\x1b[', '\x1b[', '\x1b[', '\u009b')
const csi = fc
  .tuple(csiStart, prefix, parameters, intermediate, fc.oneof(final, outlet, outlet))
  .map((parts) => parts.join(''))

const stringEnd = fc.constantFrom('\x07', '\x1b\\', '\u009c', '\x1b', '\x18', '\x1a', '')
const payload = fc.oneof(
  fc.constantFrom('?', 'owned', 'c;cm0gLXJm', 'c;?', '1;?', '0;?', ';https://x.example', 'm', 'r', '4d73', '"q'),
  fc.string({ maxLength: 6 }),
  fc.string({ unit: 'binary', maxLength: 4 }),
)
const osc = fc
  .tuple(fc.constantFrom('\x1b]', '\x1b]', '\u009d'), parameter, fc.constantFrom(';', ''), payload, stringEnd)
  .map((parts) => parts.join(''))
const device = fc
  .tuple(
    fc.constantFrom('\x1bP', '\x1bX', '\x1b^', '\x1b_', '\u0090', '\u0098', '\u009e', '\u009f'),
    ...[parameters, intermediate, fc.constantFrom('q', 'p', 's', '|', '{', ''), payload, stringEnd],
  )
  .map((parts) => parts.join(''))
const escape = fc
  .tuple(fc.constant('\x1b'), fc.constantFrom('', ' ', '#', '%', '(', ')'), fc.integer({ min: 0x30, max: 0x7e }))
  .map(([start, between, code]) => start + between + String.fromCharCode(code))
const control = fc.constantFrom('\x05', '\x07', '\x08', '\t', '\n', '\r', '\x18', '\x1a', '\x1b', '\u009a', '\u0085')
const text = fc.oneof(
  fc.constantFrom('after', ' ', '日本', 'é', '0', ';', '[', ']', '\\', 'c', 'n'),
  fc.string({ unit: 'binary', maxLength: 4 }),
)
const part: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: csi },
  { weight: 3, arbitrary: osc },
  { weight: 2, arbitrary: device },
  { weight: 1, arbitrary: escape },
  { weight: 1, arbitrary: control },
  { weight: 2, arbitrary: text },
)
/** One sequence inside of another: what is taken out of the middle must not join what stands around it. */
const nested = fc.tuple(part, part, fc.nat(12)).map(([outer, inner, at]) => {
  const place = at % (outer.length + 1)
  return outer.slice(0, place) + inner + outer.slice(place)
})

/** What a hostile program in a jail might print, in the pieces in which it comes; whole it is a Unicode text. */
export const terminalStream: fc.Arbitrary<string[]> = fc.array(
  fc.oneof({ weight: 3, arbitrary: part }, { weight: 1, arbitrary: nested }),
  { minLength: 1, maxLength: 8 },
)
