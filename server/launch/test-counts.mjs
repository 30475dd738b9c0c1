// @ts-check
/**
 * What a run of tests came to. `failures`: each failed test on one line, its file and name and what it said
 * without where, so that the end of a long record is enough to know what failed.
 * @typedef {{ passed: number, failed: number, skipped: number, failures: string[] }} Counts
 */

/** Reports that are missing or cut off: the run itself failed. @type {Counts} */
const NO_REPORT = { passed: 0, failed: 1, skipped: 0, failures: ['no report was written'] }

/** @param {string} report @returns {any} undefined when it is no JSON */
function parse(report) {
  try {
    return JSON.parse(report)
  } catch {
    return undefined
  }
}

/** Enough of a message for what was expected, what was there, and the end of a screen. */
const MESSAGE_CHARACTERS = 400

/** @param {string} where @param {string | undefined} message */
function line(where, message) {
  // oxlint-disable-next-line no-control-regex -- colours of a terminal
  const plain = (message ?? '').replace(/\u001b\[[0-9;]*m/g, '').replace(/\n\s+at .*/s, '')
  const words = plain.replace(/\s+/g, ' ').trim().slice(0, MESSAGE_CHARACTERS)
  return words === '' ? where : `${where}: ${words}`
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
    failures: (result.testResults ?? []).flatMap(failuresOfFile),
  }
}

/** @param {any} file one of `testResults` @returns {string[]} */
function failuresOfFile(file) {
  if (file.status !== 'failed') return []
  const failed = (file.assertionResults ?? []).filter((/** @type {any} */ one) => one.status === 'failed')
  if (failed.length === 0) return [line(file.name, file.message)]
  return failed.map((/** @type {any} */ one) => line(`${file.name} › ${one.fullName}`, one.failureMessages?.[0]))
}

/**
 * The same of Playwright.
 * @param {string} report @param {number} status @returns {Counts}
 */
export function countPlaywright(report, status) {
  const result = parse(report)
  const stats = result?.stats
  if (stats === undefined) return NO_REPORT
  return {
    passed: stats.expected + stats.flaky,
    failed: status === 0 ? 0 : Math.max(1, stats.unexpected),
    skipped: stats.skipped,
    failures: (result.suites ?? []).flatMap(failuresOfSuite),
  }
}

/** @param {any} suite @returns {string[]} */
function failuresOfSuite(suite) {
  const own = (suite.specs ?? []).flatMap((/** @type {any} */ spec) =>
    spec.tests
      .filter((/** @type {any} */ one) => one.status === 'unexpected')
      .map((/** @type {any} */ one) => line(`${spec.file} › ${spec.title}`, one.results.at(-1)?.error?.message)),
  )
  return [...own, ...(suite.suites ?? []).flatMap(failuresOfSuite)]
}
