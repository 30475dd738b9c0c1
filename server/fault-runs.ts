import { randomInt } from 'node:crypto'
import * as fc from 'fast-check'

/** Whether every fault is made as often as docs/faults.md says. */
export const isLong = process.env.CELLBLOCK_FAULTS === 'long'

/** How often a fault is made: seldom in each test run, often with `npm run test:faults` (docs/faults.md). */
export const faultCount = (few: number, many: number): number => (isLong ? many : few)

/** Longest time for such a test, in milliseconds. */
export const FAULT_TIMEOUT_MS = isLong ? 90 * 60_000 : 120_000

/** Says by what the random moments and choices of a run are made again: `CELLBLOCK_SEED=…`. */
export const SEED = Number(process.env.CELLBLOCK_SEED ?? randomInt(2 ** 31))

/** Random values, the same for the same seed. */
export const randomValues = <T>(of: fc.Arbitrary<T>, count: number): T[] =>
  fc.sample(fc.noBias(of), { seed: SEED, numRuns: count })

/** All of them in the long form; else a few, others each time. */
export function someOf<T>(all: readonly T[], few: number): T[] {
  const length = faultCount(few, all.length)
  return randomValues(fc.shuffledSubarray([...all], { minLength: length, maxLength: length }), 1)[0] ?? []
}

/** Every kind of job so many times, each at a random moment of it, with a tag of its own. */
export function randomPoints<Kind extends { name: string; lastsMs: number }>(
  kinds: readonly Kind[],
  rounds: number,
): { kind: Kind; name: string; afterMs: number; tag: string }[] {
  const parts = randomValues(fc.integer({ min: 0, max: 1_000 }), kinds.length * rounds)
  return kinds.flatMap((kind, n) =>
    parts.slice(n * rounds, (n + 1) * rounds).map((part, round) => ({
      ...{ kind, name: kind.name, afterMs: Math.round((part / 1_000) * kind.lastsMs) },
      // Letters at both ends: no name may be the beginning of another.
      tag: `k${n}r${round}x`,
    })),
  )
}

/** Tells what was found, for docs/faults.md: figures are told, not judged. */
export const tell = (text: string): void => void process.stderr.write(`faults: ${text} (seed ${SEED})\n`)
