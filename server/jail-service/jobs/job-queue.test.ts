import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createJobQueue } from './job-queue.ts'

type Item = { name: string; locks: string[]; shared?: string[] }
const queueOf = (parallel: number, ...items: Item[]) => {
  const queue = createJobQueue<Item>({
    parallel,
    locksOf: ({ locks }) => locks,
    sharedOf: ({ shared }) => shared ?? [],
  })
  for (const item of items) queue.add(item)
  return queue
}

describe('the order of jobs', () => {
  test('one lock, one at a time, in the order in which they came', () => {
    const [a, b] = [
      { name: 'a', locks: ['www'] },
      { name: 'b', locks: ['www'] },
    ]
    const queue = queueOf(4, a, b)
    expect(queue.next()).toBe(a)
    expect(queue.next()).toBeUndefined()
    queue.remove(a)
    expect(queue.next()).toBe(b)
  })
  test('what waits for a lock is not overtaken on its other locks', () => {
    const [a, b, c] = [
      { name: 'a', locks: ['www'] },
      { name: 'b', locks: ['www', 'db'] },
      { name: 'c', locks: ['db'] },
    ]
    const queue = queueOf(4, a, b, c)
    expect(queue.next()).toBe(a)
    expect(queue.next()).toBeUndefined()
  })
  test('a shared lock is held by many, never together with one that has it for itself', () => {
    const [read, alsoRead, write, later] = [
      { name: 'read', locks: ['www'], shared: ['folders'] },
      { name: 'also', locks: ['db'], shared: ['folders'] },
      { name: 'write', locks: ['folders'] },
      { name: 'later', locks: ['mail'], shared: ['folders'] },
    ]
    const queue = queueOf(4, read, alsoRead, write, later)
    expect([queue.next(), queue.next(), queue.next()]).toEqual([read, alsoRead, undefined])
    queue.remove(read)
    expect(queue.next()).toBeUndefined()
    queue.remove(alsoRead)
    expect([queue.next(), queue.next()]).toEqual([write, undefined])
    queue.remove(write)
    expect(queue.next()).toBe(later)
  })
  test('whatever comes and goes: never two with one lock, never more than the limit, nothing is forgotten', () => {
    const item = fc.record({
      name: fc.string(),
      locks: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 3 }),
      shared: fc.array(fc.constantFrom('c', 'd', 'e'), { maxLength: 2 }),
    })
    fc.assert(
      fc.property(
        fc.array(item, { maxLength: 30 }),
        fc.integer({ min: 1, max: 5 }),
        fc.infiniteStream(fc.nat()),
        (items, parallel, choice) => {
          const queue = queueOf(parallel, ...items)
          const running: Item[] = []
          let done = 0
          while (done < items.length) {
            for (let next = queue.next(); next !== undefined; next = queue.next()) running.push(next)
            expect(running.length).toBeGreaterThan(0)
            expect(running.length).toBeLessThanOrEqual(parallel)
            const held = running.flatMap(({ locks }) => [...new Set(locks)])
            expect(new Set(held).size).toBe(held.length)
            for (const one of running)
              for (const { shared, locks } of running.filter((other) => other !== one))
                expect(one.locks.filter((lock) => [...locks, ...(shared ?? [])].includes(lock))).toEqual([])
            const [ended] = running.splice((choice.next().value as number) % running.length, 1)
            queue.remove(ended as Item)
            done += 1
          }
          expect(queue.waiting).toBe(0)
        },
      ),
    )
  })
})
