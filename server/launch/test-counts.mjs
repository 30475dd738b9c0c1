// @ts-check
/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** Reports that are missing or cut off: the run itself failed. @type {Counts} */
const NO_REPORT = { passed: 0, failed: 1, skipped: 0 }

/** @param {string} report @returns {any} undefined when it is no JSON */
function parse(report) {
  try {
    return JSON.parse(report)
  } catch {
    return undefined
  }
}

/**
 * What a run of Vitest came to, by its JSON report and its exit code. It fails when its exit code says so, even when no
 * test did: a file that cannot be loaded has no failed test of its own.
 * @param {string} report @param {number} status @returns {Counts}
 */
export function countVitest(report, status) {
  const result = parse(report)
  if (result === undefined) return NO_REPORT
  return {
    passed: result.numPassedTests,
    failed: status === 0 ? 0 : Math.max(1, result.numFailedTests),
    skipped: result.numPendingTests + result.numTodoTests,
  }
}

/**
 * The same of Playwright.
 * @param {string} report @param {number} status @returns {Counts}
 */
export function countPlaywright(report, status) {
  const stats = parse(report)?.stats
  if (stats === undefined) return NO_REPORT
  return {
    passed: stats.expected + stats.flaky,
    failed: status === 0 ? 0 : Math.max(1, stats.unexpected),
    skipped: stats.skipped,
  }
}
