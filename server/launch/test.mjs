// @ts-check
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { build, dist } from './build.mjs'
import { findChromium } from './chromium.mjs'
import { prepare } from './prepare.mjs'
import { aptInstall, canApt, run, top, which } from './run.mjs'
import { say, step } from './say.mjs'

/**
 * The whole test: `npm test`. With names of stages only those: `npm test -- unit e2e`.
 * Everything that it needs on the machine it gets itself.
 */
const STAGES = /** @type {const} */ (['check', 'unit', 'sandbox', 'service', 'e2e'])
const asked = process.argv.slice(2)
const wants = (/** @type {string} */ stage) => asked.length === 0 || asked.includes(stage)
for (const name of asked)
  if (!STAGES.some((stage) => stage === name)) {
    process.stderr.write(`cellblock: no stage “${name}”; there are ${STAGES.join(', ')}\n`)
    process.exit(2)
  }

const reports = path.join(dist, 'test-reports')
rmSync(reports, { recursive: true, force: true })
mkdirSync(reports, { recursive: true })

const total = { passed: 0, failed: 0, skipped: 0 }
/** @type {string[]} */
const slow = []

/**
 * Runs one stage and adds up its report.
 * @param {string} name @param {() => Promise<void>} work
 */
async function stage(name, work) {
  const start = Date.now()
  say(`\n== ${name}`)
  await work()
  slow.push(`${name} ${((Date.now() - start) / 1_000).toFixed(0)} s`)
}

/** A command that passes or fails as a whole. @param {string} what @param {string[]} args */
async function check(what, args) {
  step(what)
  const status = await run(process.execPath, args)
  if (status === 0) total.passed += 1
  else total.failed += 1
}

/** @param {string} project of vitest.config.ts */
async function vitest(project) {
  const report = path.join(reports, `${project}.json`)
  const status = await run(process.execPath, [
    ...[bin('vitest/vitest.mjs'), 'run', '--project', project],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  ])
  if (!existsSync(report)) {
    total.failed += 1
    return
  }
  const result = JSON.parse(readFileSync(report, 'utf8'))
  total.passed += result.numPassedTests
  // A file that cannot even be loaded has no failed test of its own.
  total.failed += status === 0 ? 0 : Math.max(1, result.numFailedTests)
  total.skipped += result.numPendingTests
}

async function playwright() {
  const chromium = await findChromium()
  if (chromium === undefined) {
    process.stderr.write(
      'cellblock: no Chromium found. Set CHROMIUM_PATH, install the package chromium, or run "npx playwright install chromium".\n',
    )
    total.failed += 1
    return
  }
  const report = path.join(reports, 'e2e.json')
  const env = { ...process.env, CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_NAME: report }
  const status = await run(process.execPath, [bin('@playwright/test/cli.js'), 'test', '--reporter=list,json'], { env })
  if (!existsSync(report)) {
    total.failed += 1
    return
  }
  const { stats } = JSON.parse(readFileSync(report, 'utf8'))
  total.passed += stats.expected + stats.flaky
  total.failed += status === 0 ? 0 : Math.max(1, stats.unexpected)
  total.skipped += stats.skipped
}

/** @param {string} file below node_modules */
const bin = (file) => path.join(top, 'node_modules', file)

await prepare()
if (wants('check'))
  await stage('types, lint, format', async () => {
    await check('next typegen', [bin('next/dist/bin/next'), 'typegen'])
    await check('tsc', [bin('typescript/bin/tsc'), '--noEmit'])
    await check('oxlint', [bin('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings'])
    await check('oxfmt', [bin('oxfmt/bin/oxfmt'), '--check', '.'])
  })
if (wants('unit')) await stage('unit', () => vitest('unit'))
if (wants('sandbox') || wants('service') || wants('e2e')) await stage('build', build)
if (wants('sandbox'))
  await stage('sandbox', async () => {
    if (which('zfs') === undefined && canApt()) {
      step('Installing zfs-fuse for the tests on real ZFS')
      await aptInstall(['zfs-fuse'])
    }
    if (which('ansible-playbook') === undefined && canApt()) {
      step('Installing ansible for the test that it reaches jails')
      await aptInstall(['ansible'])
    }
    await vitest('sandbox')
  })
if (wants('service')) await stage('service', () => vitest('service'))
if (wants('e2e')) await stage('e2e', playwright)

say(`\n${slow.join(', ')}`)
say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exit(total.failed === 0 ? 0 : 1)
