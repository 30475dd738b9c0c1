/** How many random inputs a fuzz test tries: few in each test run, many with `npm run test:fuzz` (security.md, section 3). */
export const fuzzRuns = (few: number, many: number): number => (process.env.CELLBLOCK_FUZZ === 'long' ? many : few)

/** Longest time for such a test, in milliseconds. */
export const FUZZ_TIMEOUT_MS = process.env.CELLBLOCK_FUZZ === 'long' ? 60 * 60_000 : 60_000
