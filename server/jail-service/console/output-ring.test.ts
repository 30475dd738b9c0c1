import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OutputRing } from './output-ring.ts'

describe('the last output', () => {
  test('gives what was put in, from any offset that is kept, in pieces of any size', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 20 }),
        (chunks, capacity, piece) => {
          const ring = new OutputRing(capacity)
          for (const chunk of chunks) ring.push(Buffer.from(chunk))
          const all = Buffer.concat(chunks)
          expect(ring.end).toBe(all.length)
          expect(ring.end - ring.start).toBeGreaterThanOrEqual(Math.min(capacity, all.length))
          expect(ring.end - ring.start).toBeLessThan(capacity + 40)
          for (let offset = ring.start; offset <= ring.end; offset += 1) {
            expect(ring.has(offset)).toBe(true)
            expect(ring.read(offset, piece)).toEqual(all.subarray(offset, offset + piece))
          }
          expect(ring.has(ring.end + 1)).toBe(false)
          expect(ring.has(ring.start - 1)).toBe(false)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('reads nothing for no room', () => {
    const ring = new OutputRing()
    ring.push(Buffer.from('abc'))
    expect(ring.read(0, 0)).toHaveLength(0)
    expect(ring.read(0, -5)).toHaveLength(0)
    expect(ring.read(3, 5)).toHaveLength(0)
  })
})
