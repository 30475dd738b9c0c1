// @ts-check
import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { dist } from './build.mjs'
import { findChromium } from './chromium.mjs'
import { prepare } from './prepare.mjs'
import { aptInstall, canApt, readText, run, top, which } from './run.mjs'
import { say, step } from './say.mjs'
import { makeTestBase } from './test-base.mjs'
import { countPlaywright, countVitest } from './test-counts.mjs'

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

/** @type {import('./test-counts.mjs').Counts} */
const total = { passed: 0, failed: 0, skipped: 0, failures: [] }
/** @param {import('./test-counts.mjs').Counts} counts */
function addUp({ passed, failed, skipped, failures }) {
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
  total.failures.push(...failures)
}
/** @param {string} failure of something that is no test @returns {void} */
function addFailure(failure) {
  addUp({ passed: 0, failed: 1, skipped: 0, failures: [failure] })
}
/** @type {string[]} */
const slow = []

/**
 * Runs one stage and adds up its report.
 * @param {string} name @param {() => Promise<void>} work
 */
async function stage(name, work) {
  const start = Date.now()
  say(`\n== ${name}`)
  try {
    await work()
  } catch (error) {
    process.stderr.write(
      `cellblock: ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    )
    addFailure(`${name}: ${error instanceof Error ? error.message : String(error)}`)
  }
  slow.push(`${name} ${((Date.now() - start) / 1_000).toFixed(0)} s`)
}

/** A command that passes or fails as a whole. @param {string} what @param {string[]} args */
async function check(what, args) {
  step(what)
  const status = await run(process.execPath, args)
  if (status === 0) total.passed += 1
  else addFailure(`${what}: exit code ${status}`)
}

/** @param {string} project of vitest.config.ts */
async function vitest(project) {
  const report = path.join(reports, `${project}.json`)
  const status = await run(process.execPath, [
    ...[bin('vitest/vitest.mjs'), 'run', '--project', project],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  ])
  addUp(countVitest(readText(report), status))
}

async function playwright() {
  const chromium = await findChromium()
  if (chromium === undefined) {
    process.stderr.write(
      'cellblock: no Chromium found. Set CHROMIUM_PATH, install the package chromium, or run "npx playwright install chromium".\n',
    )
    addFailure('e2e: no Chromium found')
    return
  }
  const report = path.join(reports, 'e2e.json')
  const env = { ...process.env, CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_NAME: report }
  const status = await run(process.execPath, [bin('@playwright/test/cli.js'), 'test', '--reporter=list,json'], { env })
  addUp(countPlaywright(readText(report), status))
}

/** @param {string} file below node_modules */
const bin = (file) => path.join(top, 'node_modules', file)

/** What needs no native module, and so is done while they compile. */
async function checkAndBuild() {
  if (wants('check')) await stage('types, lint, format', checkSources)
  // As a process of its own: when it fails it ends with its sentence, and the rest still says what it can.
  if (wants('sandbox') || wants('service') || wants('e2e'))
    await stage('build', () => check('build', [path.join(top, 'server/launch/build.mjs'), '--no-install']))
}

async function checkSources() {
  await check('next typegen', [bin('next/dist/bin/next'), 'typegen'])
  await check('tsc', [bin('typescript/bin/tsc'), '--noEmit'])
  await check('oxlint', [bin('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings'])
  await check('oxfmt', [bin('oxfmt/bin/oxfmt'), '--check', '.'])
}

await prepare(checkAndBuild)
if (wants('unit')) await stage('unit', () => vitest('unit'))
/** @type {ReturnType<typeof makeTestBase> | undefined} */
let base
if (wants('sandbox') || wants('service') || wants('e2e'))
  await stage('what releases are made of', async () => {
    base = makeTestBase()
    process.env.CELLBLOCK_BASE_OF = base.state
  })
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
if (base !== undefined) await stage('clean up', async () => base?.end())

say(`\n${slow.join(', ')}`)
for (const failure of total.failures) say(`failed: ${failure.replace(`${top}/`, '')}`)
say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exit(total.failed === 0 ? 0 : 1)
