import { parseArgs } from 'node:util'
import { type Measurement, startBench, stopBench } from './bench.ts'
import { type Figure, missing, table, writeFigures } from './figure.ts'
import { measurements } from './measurements.ts'

const HELP = `Usage: npm run bench:console -- [options]

Measures the console: real service, panel, ptys and sockets on a sandbox, beside other web terminals.

  --only NAME     only this measurement; may be given several times
  --browser       only what is measured in Chromium
  --quick         short: to see that it works, not for figures to quote
  --json FILE     write the rows to a file
  --help          show this

Measurements:
${measurements.map(({ name, about, browser }) => `  ${name.padEnd(14)}  ${about}${browser === true ? ' (Chromium)' : ''}`).join('\n')}
`

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    browser: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

const say = (text: string) => void process.stderr.write(`bench: ${text}\n`)

/** What was asked for, in the order of the table. */
function chosen(): Measurement[] {
  for (const name of values.only)
    if (!measurements.some((measurement) => measurement.name === name)) {
      process.stderr.write(`bench: no measurement “${name}”; --help lists them\n`)
      process.exit(2)
    }
  if (values.only.length > 0) return measurements.filter(({ name }) => values.only.includes(name))
  return measurements.filter(({ browser = false }) => browser === values.browser)
}

async function main(): Promise<void> {
  if (values.help) return void process.stdout.write(HELP)
  const wanted = chosen()
  let ending = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (ending) return
      ending = true
      say('ending')
      // What was under way breaks now, and that is no news.
      process.on('uncaughtException', () => undefined)
      process.on('unhandledRejection', () => undefined)
      void stopBench().finally(() => process.exit(130))
    })
  const figures: Figure[] = []
  let failed = false
  try {
    const bench = await startBench({ quick: values.quick, say })
    figures.push(...bench.absent.map(({ name, reason }) => missing('peer not available', '', '', reason, name)))
    for (const { name, about, run } of wanted) {
      say(`${name}: ${about}`)
      try {
        figures.push(...(await run(bench)))
      } catch (error) {
        failed = true
        figures.push(missing(name, '', '', `failed: ${error instanceof Error ? error.message : String(error)}`))
        say(error instanceof Error ? (error.stack ?? error.message) : String(error))
      }
    }
  } finally {
    // The signal's handler ends everything, and then the process.
    if (ending) await new Promise(() => undefined)
    await stopBench()
  }
  process.stdout.write(`\n${table(figures)}\n`)
  if (values.quick) process.stdout.write('\n--quick: to see that it works, not for figures to quote.\n')
  if (values.json !== undefined) writeFigures(values.json, figures)
  // What a peer left open does not keep this open.
  process.exit(failed ? 1 : 0)
}

await main()
