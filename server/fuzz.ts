import { appendFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'

/** `npm run test:fuzz` tries many random inputs, `npm test` a few. */
const isLong = process.env.CELLBLOCK_FUZZ === 'long'

/** Where each run is told, a line of JSON each: server/launch/fuzz.mjs makes its table of them. */
const report = process.env.CELLBLOCK_FUZZ_REPORT

/** Longest time for a fuzz test, in milliseconds. */
export const FUZZ_TIMEOUT_MS = isLong ? 3 * 60 * 60_000 : 120_000

/** Whether two values are the same through and through; faster than a matcher a million times. */
export const isSame = (a: unknown, b: unknown): boolean => isDeepStrictEqual(a, b)

/** How many inputs are tried in a run of everything, and in the long form (security.md, section 3). */
export const fuzzRuns = (few: number, many: number): number => (isLong ? many : few)

/** The seed that was asked for with CELLBLOCK_FUZZ_SEED, or another one each time. */
export function fuzzSeed(): number {
  const asked = process.env.CELLBLOCK_FUZZ_SEED
  if (asked === undefined || asked === '') return Math.floor(Math.random() * 0x7fff_ffff)
  const seed = Number(asked)
  if (!Number.isInteger(seed)) throw new Error(`CELLBLOCK_FUZZ_SEED is a whole number, not “${asked}”`)
  return seed
}

export interface FuzzOptions<Inputs> {
  few: number
  many: number
  /** What is counted, where a run is more than one of it (frames of a connection); else runs. */
  unit?: { name: string; count(): number }
  /** Inputs that failed once: tried first, each time. A failing run's counterexample is put here. */
  cases?: Inputs[]
}

/**
 * Tries a property with random inputs and kept ones; a failure names its seed and the smallest input, and the same seed
 * (CELLBLOCK_FUZZ_SEED) finds it again.
 */
export async function fuzz<Inputs extends [unknown, ...unknown[]]>(
  what: string,
  property: fc.IProperty<Inputs> | fc.IAsyncProperty<Inputs>,
  { few, many, unit, cases = [] }: FuzzOptions<Inputs>,
): Promise<void> {
  const runs = fuzzRuns(few, many)
  const seed = fuzzSeed()
  const startedAt = performance.now()
  let passed = false
  try {
    await fc.assert(property as fc.IAsyncProperty<Inputs>, { numRuns: runs, seed, examples: cases })
    passed = true
  } finally {
    const count = unit?.count() ?? runs
    const seconds = Math.round((performance.now() - startedAt) / 1_000)
    if (report !== undefined)
      appendFileSync(
        report,
        `${JSON.stringify({ what, count, unit: unit?.name ?? 'inputs', seed, seconds, passed })}\n`,
      )
  }
}
