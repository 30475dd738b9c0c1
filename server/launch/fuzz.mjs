// @ts-check
import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { dist } from './build.mjs'
import { findChromium } from './chromium.mjs'
import { prepare } from './prepare.mjs'
import { readText, run, top } from './run.mjs'
import { say, stop } from './say.mjs'

/**
 * The long form of all fuzz tests, one after the other: `npm run test:fuzz`. With names only those, and with `--seed N`
 * as an earlier run that printed it: `npm run test:fuzz -- filter --seed 4711`.
 */
const TARGETS = /** @type {const} */ ([
  ['names', 'unit', 'server/jail-service/drivers/iocage/argv-fuzz.test.ts'],
  ['scope', 'unit', 'lib/jail-scope.test.ts'],
  ['calls', 'unit', 'lib/contract/verbs-fuzz.test.ts'],
  ['frames', 'unit', 'lib/console-protocol-fuzz.test.ts'],
  ['stream', 'unit', 'lib/console-stream.test.ts'],
  ['parsers', 'unit', 'server/jail-service/parsers-fuzz.test.ts'],
  ['page', 'unit', 'components/console/close-outlets-fuzz.test.ts'],
  ['screen', 'unit', 'server/jail-service/console/console-screen-fuzz.test.ts'],
  ['filter', 'unit', 'server/console-client/output-filter-fuzz.test.ts'],
  ['paths', 'unit', 'server/jail-service/drivers/iocage/below-root-fuzz.test.ts'],
  ['jobs', 'unit', 'server/jail-service/jobs/job-engine-fuzz.test.ts'],
  ['socket', 'service', 'server/jail-service/console/console-fuzz.service.test.ts'],
  ['actions', 'e2e', 'e2e/action-bodies-fuzz.e2e.ts'],
])

const asked = process.argv.slice(2)
const seedAt = asked.indexOf('--seed')
const [, seed] = seedAt < 0 ? [] : asked.splice(seedAt, 2)
if (seedAt >= 0 && !/^-?\d+$/.test(seed ?? '')) stop('--seed takes a whole number.')
for (const name of asked)
  if (!TARGETS.some(([target]) => target === name))
    stop(`nothing is called “${name}”; there are ${TARGETS.map(([target]) => target).join(', ')}.`)

const folder = path.join(dist, 'test-reports')
const report = path.join(folder, 'fuzz.jsonl')
mkdirSync(folder, { recursive: true })
rmSync(report, { force: true })
const bin = (/** @type {string} */ file) => path.join(top, 'node_modules', file)

await prepare()
/** @type {string[]} */
const failed = []
for (const [name, kind, file] of TARGETS) {
  if (asked.length > 0 && !asked.includes(name)) continue
  say(`\n== ${name}`)
  const env = {
    ...process.env,
    CELLBLOCK_FUZZ: 'long',
    CELLBLOCK_FUZZ_REPORT: report,
    ...(seed === undefined ? {} : { CELLBLOCK_FUZZ_SEED: seed }),
    ...(kind === 'e2e' ? { CHROMIUM_PATH: (await findChromium()) ?? '' } : {}),
  }
  const args =
    kind === 'e2e'
      ? [bin('@playwright/test/cli.js'), 'test', file]
      : [bin('vitest/vitest.mjs'), 'run', '--project', kind, file]
  if ((await run(process.execPath, args, { env })) !== 0) failed.push(name)
}

say('\n| what | tried | seed | seconds | result |\n| --- | --- | --- | --- | --- |')
for (const line of readText(report).split('\n').filter(Boolean)) {
  const { what, count, unit, seed, seconds, passed } = JSON.parse(line)
  say(
    `| ${what} | ${count.toLocaleString('en')} ${unit} | ${seed} | ${seconds.toLocaleString('en')} | ${passed ? 'passed' : 'FAILED'} |`,
  )
}
say(failed.length === 0 ? '\nAll passed.' : `\nFailed: ${failed.join(', ')}. The seed above finds it again.`)
process.exit(failed.length === 0 ? 0 : 1)
