import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FUZZ_TIMEOUT_MS, fuzz, isSame } from '../server/fuzz.ts'
import { packFrames, unpackFrames } from './console-stream.ts'

const MAX = 20
const frames = fc.array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 6 }), fc.uint8Array({ maxLength: MAX })), {
  maxLength: 5,
})
const written = (some: readonly (string | Uint8Array)[]) =>
  some.map((frame) => (typeof frame === 'string' ? frame : Uint8Array.from(frame)))
const read = (some: NonNullable<ReturnType<typeof unpackFrames>>) =>
  some.map(({ isBinary, bytes }) => (isBinary ? Uint8Array.from(bytes) : new TextDecoder().decode(bytes)))

test('frames come out as they went in', () => {
  fc.assert(
    fc.property(frames, (some) => {
      expect(read(unpackFrames(packFrames(some), 64 * 1024) ?? [])).toEqual(written(some))
    }),
  )
})

/** Bodies that are right but for a byte, a length, or an end that is missing. */
const body = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc
    .tuple(frames, fc.nat(80), fc.nat(255), fc.constantFrom('as it is', 'set', 'cut', 'put'))
    .map(([some, at, byte, how]): Uint8Array => {
      const whole = packFrames(some)
      const place = at % (whole.length + 1)
      if (how === 'set') return whole.map((old, index) => (index === place ? byte : old))
      if (how === 'cut') return whole.subarray(0, place)
      if (how === 'put') return Uint8Array.of(...whole.subarray(0, place), byte, ...whole.subarray(place))
      return whole
    }),
)

test(
  'whatever else comes is none, and never more than it says',
  () =>
    fuzz(
      'frames of a console over plain requests',
      fc.property(body, (bytes) => {
        const out = unpackFrames(bytes, MAX)
        if (out === undefined) return
        if (out.some((frame) => frame.bytes.length > MAX)) throw new Error('a frame is too long')
        // Nothing was left out, doubled or made up: packed again it is the same body.
        const again = new Uint8Array(bytes.length)
        let at = 0
        for (const frame of out) {
          if (at + 5 + frame.bytes.length > bytes.length) throw new Error('frames overlap')
          again[at] = frame.isBinary ? 1 : 0
          new DataView(again.buffer).setUint32(at + 1, frame.bytes.length)
          again.set(frame.bytes, at + 5)
          at += 5 + frame.bytes.length
        }
        if (!isSame(again, Uint8Array.from(bytes))) throw new Error('these are other frames')
      }),
      { few: 3_000, many: 1_000_000 },
    ),
  FUZZ_TIMEOUT_MS,
)

test('limits and kinds', () => {
  expect(unpackFrames(Uint8Array.of(2, 0, 0, 0, 0), MAX)).toBeUndefined()
  expect(unpackFrames(Uint8Array.of(1, 0, 0, 0, 2, 9), MAX)).toBeUndefined()
  expect(unpackFrames(packFrames(['x'.repeat(21)]), MAX)).toBeUndefined()
})
