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
          for (let offset = ring.start; offset <= ring.end; offset += 1) {
            expect(ring.has(offset)).toBe(true)
            const got = ring.read(offset, piece)
            expect(got.length > 0).toBe(offset < ring.end)
            expect(got.length).toBeLessThanOrEqual(piece)
            expect(got).toEqual(all.subarray(offset, offset + got.length))
            expect(ring.before(offset, piece)).toEqual(all.subarray(Math.max(ring.start, offset - piece), offset))
          }
          expect(ring.has(ring.end + 1)).toBe(false)
          expect(ring.has(ring.start - 1)).toBe(false)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('keeps little more than its capacity, and little when there is little', () => {
    const ring = new OutputRing(256 * 1024)
    ring.push(Buffer.alloc(10, 'a'))
    expect(ring.read(0, 10).buffer.byteLength).toBeLessThanOrEqual(4_096)
    for (let n = 0; n < 1_000; n += 1) ring.push(Buffer.alloc(4_095, 'b'))
    expect(ring.end - ring.start).toBeGreaterThanOrEqual(256 * 1024)
    expect(ring.end - ring.start).toBeLessThan((256 + 64) * 1024)
  })

  test('what was handed out stays as it is', () => {
    const ring = new OutputRing(1_000)
    const memory = Buffer.from('first')
    const kept = ring.push(memory)
    const read = ring.read(0, 5)
    memory.fill('x')
    for (let n = 0; n < 100; n += 1) ring.push(Buffer.alloc(500, 'y'))
    expect(kept.toString()).toBe('first')
    expect(read.toString()).toBe('first')
  })

  test('reads nothing for no room', () => {
    const ring = new OutputRing()
    ring.push(Buffer.from('abc'))
    expect(ring.read(0, 0)).toHaveLength(0)
    expect(ring.read(0, -5)).toHaveLength(0)
    expect(ring.read(3, 5)).toHaveLength(0)
  })

  test('lets go of what lies before an offset, in whole blocks, and goes on', () => {
    const ring = new OutputRing(1024 * 1024)
    const all = Buffer.from(Array.from({ length: 50_000 }, (_, n) => `${n}\n`).join(''))
    for (let at = 0; at < all.length; at += 1_000) ring.push(all.subarray(at, at + 1_000))
    ring.dropBefore(all.length - 10_000)
    expect(ring.start).toBeGreaterThan(all.length - 10_000 - 64 * 1024)
    expect(ring.has(all.length - 10_000)).toBe(true)
    ring.push(Buffer.from('more'))
    expect(ring.before(ring.end, 10).toString()).toBe(`${all.subarray(-6).toString()}more`)
    ring.dropBefore(ring.end)
    expect(ring.before(ring.end, 4).toString()).toBe('more')
  })
})
