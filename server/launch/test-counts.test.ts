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
  expect(counts).toMatchObject(expected)
})

test('each failed test of Vitest is named, with what it said but not where', () => {
  const report = JSON.stringify({
    ...{ numPassedTests: 1, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0 },
    testResults: [
      { name: 'a.test.ts', status: 'passed', assertionResults: [{ status: 'passed', fullName: 'is fine' }] },
      {
        ...{ name: 'b.test.ts', status: 'failed' },
        assertionResults: [
          { status: 'passed', fullName: 'is fine' },
          {
            status: 'failed',
            fullName: 'group is not',
            failureMessages: ['\u001b[31mnot seen\u001b[39m; screen:\n# exit\n    at b:1\n    at c:2'],
          },
        ],
      },
      { name: 'c.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
    ],
  })
  expect(countVitest(report, 1).failures).toEqual([
    'b.test.ts › group is not: not seen; screen: # exit',
    'c.test.ts: no such module',
  ])
})

test('each failed journey is named, with what its last try said', () => {
  const spec = (title: string, status: string) => ({
    ...{ file: 'a.e2e.ts', title },
    tests: [{ status, results: [{ error: { message: 'first try' } }, { error: { message: 'gone\n    at a:1' } }] }],
  })
  const report = JSON.stringify({
    stats: { expected: 1, unexpected: 2, flaky: 1, skipped: 0 },
    suites: [
      {
        specs: [spec('passes', 'expected'), spec('fails', 'unexpected')],
        suites: [{ specs: [spec('is tried again', 'flaky'), spec('fails in a group', 'unexpected')] }],
      },
    ],
  })
  expect(countPlaywright(report, 1).failures).toEqual(['a.e2e.ts › fails: gone', 'a.e2e.ts › fails in a group: gone'])
})
