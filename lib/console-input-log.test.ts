import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InputLog } from './console-input-log.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (pieces: Iterable<Uint8Array>) => [...pieces].map((piece) => new TextDecoder().decode(piece)).join('')

describe('typed input', () => {
  test('is sent once, and again after a lost connection from where it arrived', () => {
    const log = new InputLog()
    log.push(bytes('hello'))
    expect(text(log.take())).toBe('hello')
    expect(text(log.take())).toBe('')
    log.push(bytes(' world'))
    expect(text(log.take())).toBe(' world')
    log.rewind(3)
    expect(text(log.take())).toBe('lo world')
    log.confirm(11)
    expect(log.waitingBytes).toBe(0)
  })

  test('waits when the service does not confirm, and an interrupt throws away what waits', () => {
    const log = new InputLog()
    expect(log.push(new Uint8Array(500_000))).toBe(true)
    const sent = [...log.take()].reduce((sum, { length }) => sum + length, 0)
    expect(sent).toBeGreaterThanOrEqual(128 * 1024)
    expect(sent).toBeLessThan(160 * 1024)
    log.dropUnsent()
    log.push(bytes('\x03'))
    log.confirm(sent)
    expect(text(log.take())).toBe('\x03')
  })

  test('has an end: a megabyte that nobody reads is refused', () => {
    const log = new InputLog()
    expect(log.push(new Uint8Array(1024 * 1024))).toBe(true)
    expect(log.push(bytes('x'))).toBe(false)
  })

  test('whatever is confirmed and lost, the service gets every byte once and in order', () => {
    const step = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 40_000 }).map((typed) => ({ typed })),
      fc.double({ min: 0, max: 1, noNaN: true }).map((lost) => ({ lost })),
      fc.constant({ confirmed: true }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const log = new InputLog()
        const typed: number[] = []
        let arrived: number[] = []
        for (const each of steps) {
          if ('typed' in each) {
            if (log.push(each.typed)) typed.push(...each.typed)
          } else if ('lost' in each) {
            // Only part of what was sent last arrived.
            const before = arrived.length
            const flying = [...log.take()].flatMap((piece) => [...piece])
            arrived = [...arrived, ...flying.slice(0, Math.floor(flying.length * each.lost))]
            expect(arrived.length).toBeGreaterThanOrEqual(before)
            log.rewind(arrived.length)
          } else log.confirm(arrived.length)
          for (const piece of log.take()) arrived = [...arrived, ...piece]
        }
        log.confirm(arrived.length)
        for (let round = 0; round < 20; round += 1) {
          for (const piece of log.take()) arrived = [...arrived, ...piece]
          log.confirm(arrived.length)
        }
        expect(arrived.length).toBe(typed.length)
        expect(Buffer.from(arrived).equals(Buffer.from(typed))).toBe(true)
      }),
      { numRuns: 60 },
    )
  })
})
