import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type PtyReader, PtyReads } from './pty-reads.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const KIB = 1024
/** What a terminal holds. */
const READ_BYTES = 4 * KIB

/** Ptys that are read by one `PtyReads`, and what came of it. */
function ptys(count: number) {
  const reads = new PtyReads(2)
  const all = Array.from({ length: count }, (_, index) => {
    const pty = { index, goneOn: 0, bytes: 0, reader: undefined as unknown as PtyReader }
    pty.reader = {
      ...{ bytes: 0, since: 0 },
      onData: (chunk) => (pty.bytes += chunk.length),
      goOn: () => (pty.goneOn += 1),
    }
    return pty
  })
  /** Reads of a pty until it has to wait, at most so many bytes. */
  const read = (index: number, most: number) => {
    let bytes = 0
    while (bytes < most) {
      bytes += READ_BYTES
      if (!reads.take((all[index] as (typeof all)[number]).reader, READ_BYTES)) break
    }
    return bytes
  }
  return { reads, all, read }
}

describe('ptys that are read side by side', () => {
  test('up to two floods are read on and on', () => {
    const { read } = ptys(2)
    for (let round = 0; round < 20; round += 1) {
      expect(read(0, 300 * KIB)).toBe(300 * KIB)
      expect(read(1, 300 * KIB)).toBe(300 * KIB)
      vi.advanceTimersByTime(5)
    }
  })

  test('more of them take turns, in the order in which they came, and each gets as much', () => {
    const { all, read } = ptys(6)
    const told: number[] = []
    const inTurn = new Set([0, 1])
    for (const { index } of all) read(index, 64 * KIB)
    for (let round = 0; round < 300; round += 1) {
      const before = all.map(({ goneOn }) => goneOn)
      vi.advanceTimersByTime(1)
      for (const { index, goneOn } of all)
        if (goneOn > (before[index] ?? 0)) {
          told.push(index)
          inTurn.add(index)
        }
      expect(inTurn.size).toBeLessThanOrEqual(4) // two whose turn it is, and two that did not notice that theirs is over
      for (const index of inTurn) if (read(index, 16 * KIB) < 16 * KIB) inTurn.delete(index)
    }
    expect(told.length).toBeGreaterThan(60)
    expect(told.slice(0, 10)).toEqual([2, 3, 4, 5, 0, 1, 2, 3, 4, 5])
    const shares = all.map(({ bytes }) => bytes)
    expect(Math.min(...shares)).toBeGreaterThan(0.8 * Math.max(...shares))
  })

  test('who prints as much as a redrawn screen never waits', () => {
    const { all, read } = ptys(10)
    for (let index = 1; index < 10; index += 1) read(index, 64 * KIB)
    for (let round = 0; round < 50; round += 1) {
      expect(read(0, 16 * KIB)).toBe(16 * KIB)
      vi.advanceTimersByTime(20)
      for (const { index, goneOn } of all) if (index > 0 && goneOn > 0) read(index, 4 * KIB)
    }
    expect(all[0]?.goneOn).toBe(0)
  })

  test('who leaves makes room, and is not told to go on', () => {
    const { reads, all, read } = ptys(4)
    for (const { index } of all) read(index, 64 * KIB)
    reads.leave((all[2] as (typeof all)[number]).reader)
    vi.advanceTimersByTime(5)
    expect(all.map(({ goneOn }) => goneOn)).toEqual([1, 0, 0, 1])
  })
})
