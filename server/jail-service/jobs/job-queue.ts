/**
 * Work in order: what has a lock in common runs one after the other, the rest in parallel up to a limit. A lock that is
 * held shared is held by any number of them, but not together with one that has it for itself.
 */
export interface JobQueue<T> {
  add(item: T): void
  /** Takes out the oldest item that may run now and holds its locks until `remove`; undefined when none may. */
  next(): T | undefined
  /** Ends an item, waiting or running. */
  remove(item: T): void
  find(predicate: (item: T) => boolean): T | undefined
  /** Running and waiting items, oldest first within each. */
  filter(predicate: (item: T) => boolean): T[]
  readonly waiting: number
}

/** A queue for items with locks. */
export function createJobQueue<T>({
  parallel,
  locksOf,
  sharedOf = () => [],
}: {
  parallel: number
  locksOf: (item: T) => readonly string[]
  sharedOf?: (item: T) => readonly string[]
}): JobQueue<T> {
  const waiting: T[] = []
  const running = new Set<T>()
  return {
    add: (item) => void waiting.push(item),
    next() {
      if (running.size >= parallel) return undefined
      // An older item that waits for a lock keeps younger ones from overtaking it on any of its own.
      const held = new Set([...running].flatMap((item) => [...locksOf(item)]))
      const shared = new Set([...running].flatMap((item) => [...sharedOf(item)]))
      for (const [index, item] of waiting.entries()) {
        const mayRun =
          !locksOf(item).some((lock) => held.has(lock) || shared.has(lock)) &&
          !sharedOf(item).some((lock) => held.has(lock))
        if (mayRun) {
          waiting.splice(index, 1)
          running.add(item)
          return item
        }
        for (const lock of locksOf(item)) held.add(lock)
        for (const lock of sharedOf(item)) shared.add(lock)
      }
      return undefined
    },
    remove(item) {
      running.delete(item)
      const index = waiting.indexOf(item)
      if (index >= 0) waiting.splice(index, 1)
    },
    find: (predicate) => [...running].find(predicate) ?? waiting.find(predicate),
    filter: (predicate) => [...running, ...waiting].filter(predicate),
    get waiting() {
      return waiting.length
    },
  }
}
