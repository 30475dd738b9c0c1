import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packFrames, unpackFrames } from './console-stream.ts'

test('frames come out as they went in', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.uint8Array())), (frames) => {
      const out = unpackFrames(packFrames(frames), 64 * 1024)
      expect(
        out?.map(({ isBinary, bytes }) => (isBinary ? Uint8Array.from(bytes) : new TextDecoder().decode(bytes))),
      ).toEqual(frames.map((frame) => (typeof frame === 'string' ? frame : Uint8Array.from(frame))))
    }),
  )
})

test('whatever else comes is none, and never more than it says', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (body) => {
      const out = unpackFrames(body, 20)
      if (out === undefined) return
      expect(out.every(({ bytes }) => bytes.length <= 20)).toBe(true)
      expect(out.reduce((sum, { bytes }) => sum + bytes.length + 5, 0)).toBe(body.length)
    }),
  )
  expect(unpackFrames(Uint8Array.of(2, 0, 0, 0, 0), 20)).toBeUndefined()
  expect(unpackFrames(Uint8Array.of(1, 0, 0, 0, 2, 9), 20)).toBeUndefined()
  expect(unpackFrames(packFrames(['x'.repeat(21)]), 20)).toBeUndefined()
})
