import { expect, test } from 'vitest'
import { countPlaywright, countVitest } from './test-counts.mjs'

const vitest = (passed: number, failed: number) =>
  JSON.stringify({ numPassedTests: passed, numFailedTests: failed, numPendingTests: 2, numTodoTests: 1 })
const playwright = (expected: number, unexpected: number) =>
  JSON.stringify({ stats: { expected, unexpected, flaky: 1, skipped: 3 } })

test.each([
  ['all passed', countVitest(vitest(5, 0), 0), { passed: 5, failed: 0, skipped: 3 }],
  ['some failed', countVitest(vitest(5, 2), 1), { passed: 5, failed: 2, skipped: 3 }],
  ['a file that does not load', countVitest(vitest(5, 0), 1), { passed: 5, failed: 1, skipped: 3 }],
  ['no report', countVitest('', 0), { passed: 0, failed: 1, skipped: 0 }],
  ['a report that is cut off', countVitest('{"numPassedTests": 5', 1), { passed: 0, failed: 1, skipped: 0 }],
  ['journeys passed', countPlaywright(playwright(5, 0), 0), { passed: 6, failed: 0, skipped: 3 }],
  ['a journey failed', countPlaywright(playwright(5, 2), 1), { passed: 6, failed: 2, skipped: 3 }],
  ['a browser that does not start', countPlaywright(playwright(0, 0), 1), { passed: 1, failed: 1, skipped: 3 }],
  ['no journey ran', countPlaywright('{}', 0), { passed: 0, failed: 1, skipped: 0 }],
])('%s', (_, counts, expected) => {
  expect(counts).toEqual(expected)
})
