import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import headless from '@xterm/headless'
import { BenchClient } from './bench-client.ts'
import type { ServerProcess } from './server-process.ts'
import { startServer } from './server-process.ts'
import { slowLink } from './slow-link.ts'

/**
 * The console against its goals and against a plain ws + node-pty server, all in one run: real ptys and shells, each
 * server in a process of its own, clients in this one. `npm run bench:console -- --json FILE` writes the rows as well.
 */
interface Row {
  what: string
  unit: string
  ours: number
  peer: string
  peerValue: number | null
  ratio: number | null
  goal: string
  met: boolean
}

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
})
const SHELL = ['/bin/sh']
const KEYS = values.quick ? 200 : 1_000
const FLOOD_S = values.quick ? 10 : 60
const CYCLES = values.quick ? 100 : 1_000
/** Longer than this nobody waits for Ctrl-C, in milliseconds. */
const PATIENCE_MS = 15_000
const MIB = 1024 * 1024

const rows: Row[] = []
function row(
  what: string,
  unit: string,
  ours: number,
  goal: string,
  met: boolean,
  peer = '',
  peerValue: number | null = null,
): void {
  const ratio = peerValue === null || peerValue === 0 ? null : ours / peerValue
  rows.push({ what, unit, ours, peer, peerValue, ratio, goal, met })
  const round = (n: number) => (Math.abs(n) >= 100 ? n.toFixed(0) : n.toPrecision(3))
  const than =
    peerValue === null ? '' : `  ${peer} ${round(peerValue)}${ratio === null ? '' : ` (${ratio.toFixed(2)}×)`}`
  process.stdout.write(`${met ? 'met   ' : 'MISSED'}  ${what}: ${round(ours)} ${unit}${than}   goal ${goal}\n`)
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const percentile = (list: number[], part: number) => {
  const sorted = list.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN
}

let ours = await startServer('our-server', SHELL)
const plain = await startServer('plain-server', SHELL)
let pipe = await startServer('pipe-server', [ours.at])
const urls = { ours: '', plain: `ws+unix:${plain.at}:/`, pipe: '' }
function findUrls(): void {
  urls.ours = `ws+unix:${ours.at}:/ws/console`
  urls.pipe = `ws://127.0.0.1:${pipe.at}/ws/console`
}
findUrls()
/** Memory that earlier parts left is no cost of what is measured next. */
async function startAfresh(): Promise<void> {
  await Promise.all([pipe.stop(), ours.stop()])
  ours = await startServer('our-server', SHELL)
  pipe = await startServer('pipe-server', [ours.at])
  findUrls()
}
const clients = new Set<BenchClient>()

async function open(
  kind: keyof typeof urls,
  options: { bytesPerS?: number; url?: string; fresh?: boolean; consoleId?: string } = {},
): Promise<BenchClient> {
  const { fresh = true, consoleId, url = urls[kind], bytesPerS } = options
  const ticket =
    kind === 'plain'
      ? {}
      : { ticket: await ours.ask<string>('ticket', consoleId === undefined ? { fresh } : { consoleId }) }
  const client = new BenchClient({ url, ...ticket, ...(bytesPerS === undefined ? {} : { bytesPerS }) })
  clients.add(client)
  await client.ready
  return client
}
async function shell(kind: keyof typeof urls, options: Parameters<typeof open>[1] = {}): Promise<BenchClient> {
  const client = await open(kind, options)
  const shown = client.shows('bench-ready')
  client.type('PS1=; echo bench-""ready\n')
  await shown
  return client
}
function leave(...gone: BenchClient[]): void {
  for (const client of gone) {
    clients.delete(client)
    client.close()
  }
}
/** Ends the shell as well. */
async function end(client: BenchClient): Promise<void> {
  client.type('\x03\x15exit\n')
  await wait(50)
  leave(client)
}

/** Milliseconds from key to echo, `count` times, interleaved over all clients so that noise hits all alike. */
async function echoes(of: BenchClient[], count: number): Promise<number[][]> {
  for (const client of of) {
    const shown = client.shows('cat-ready')
    client.type('stty raw -echo; echo cat-""ready; exec cat\n')
    await shown
  }
  await wait(100)
  const times: number[][] = of.map(() => [])
  for (let n = 0; n < count; n += 1)
    for (const [index, client] of of.entries()) {
      const begun = performance.now()
      const seen = new Promise<void>((resolve) => {
        client.onRendered = () => resolve()
      })
      client.type('k')
      await seen
      client.onRendered = undefined
      times[index]?.push(performance.now() - begun)
      if (n % 20 === 0) await wait(1)
    }
  return times
}

const parts: Record<string, () => Promise<void>> = {
  async echo() {
    const all = [await shell('ours'), await shell('plain'), await shell('pipe')]
    const [mine = [], theirs = [], piped = []] = await echoes(all, KEYS)
    const p50 = percentile(mine, 0.5)
    const plainP50 = percentile(theirs, 0.5)
    row('echo of a key, p50', 'ms', p50, '≤ 1.3× plain', p50 <= 1.3 * plainP50, 'plain', plainP50)
    const p99 = percentile(mine, 0.99)
    const plainP99 = percentile(theirs, 0.99)
    row('echo of a key, p99', 'ms', p99, '≤ 1.0× plain', p99 <= plainP99, 'plain', plainP99)
    const more = percentile(piped, 0.5) - p50
    row('echo through the panel’s pipe, more', 'ms', more, '≤ 0.3 ms', more <= 0.3)
    leave(...all)
  },

  async recording() {
    await ours.ask('record', { on: false })
    const off = await shell('ours')
    await ours.ask('record', { on: true })
    const on = await shell('ours')
    await ours.ask('record', { on: false })
    const [without = [], with_ = []] = await echoes([off, on], KEYS)
    const p50 = percentile(with_, 0.5)
    const base = percentile(without, 0.5)
    row('echo of a key, p50, recorded', 'ms', p50, '≤ 1.05× not recorded', p50 <= 1.05 * base, 'not recorded', base)
    leave(off, on)
  },

  async throughput() {
    const lines = 'a line of a log file as long as lines of log files are, with a number 1234567\n'
    const megabytes = values.quick ? 40 : 200
    const make = `yes '${lines.trim()}' | head -c ${megabytes}000000 > /tmp/bench-console-$$; `
    const speeds = { ours: [] as number[], plain: [] as number[] }
    for (let n = 0; n < 3; n += 1)
      for (const kind of ['ours', 'plain'] as const) {
        const client = await shell(kind)
        const made = client.shows('file-made', 60_000)
        client.type(`${make}echo file-""made\n`)
        await made
        const before = client.received
        const begun = performance.now()
        const done = client.shows('all-shown', 300_000)
        client.type(`cat /tmp/bench-console-$$; rm /tmp/bench-console-$$; echo all-""shown\n`)
        const at = await done
        speeds[kind].push((client.received - before) / 1e6 / ((at - begun) / 1_000))
        await end(client)
      }
    const mine = percentile(speeds.ours, 0.5)
    const theirs = percentile(speeds.plain, 0.5)
    row(`cat of ${megabytes} MB to a fast reader`, 'MB/s', mine, '≥ plain', mine >= theirs, 'plain', theirs)
  },

  async interrupt() {
    /** Milliseconds from Ctrl-C under a flood until what is typed after it shows; PATIENCE_MS when it does not. */
    async function interrupt(kind: 'ours' | 'plain', options: Parameters<typeof open>[1]): Promise<number> {
      const client = await shell(kind, options)
      client.type('yes\n')
      await wait(3_000)
      const begun = performance.now()
      const shown = client.shows('after-it', PATIENCE_MS)
      client.type('\x03')
      client.type('echo after-""it\n')
      const took = await shown.then(
        (at) => at - begun,
        () => PATIENCE_MS,
      )
      await end(client)
      return took
    }
    const median = async (run: () => Promise<number>) => percentile([await run(), await run(), await run()], 0.5)
    const fast = await median(() => interrupt('ours', {}))
    const plainFast = await interrupt('plain', {})
    row('Ctrl-C under flood, fast reader', 'ms', fast, '≤ 20 ms', fast <= 20, 'plain', plainFast)
    const slow = await median(() => interrupt('ours', { bytesPerS: 1e6 }))
    const plainSlow = await interrupt('plain', { bytesPerS: 1e6 })
    row('Ctrl-C under flood, reader at 1 MB/s', 'ms', slow, '≤ 300 ms', slow <= 300, 'plain', plainSlow)
    const link = await slowLink(ours.at, 1e6, 50)
    const far = await median(() => interrupt('ours', { url: `ws+unix:${link.at}:/ws/console` }))
    link.stop()
    const plainLink = await slowLink(plain.at, 1e6, 50)
    const plainFar = await interrupt('plain', { url: `ws+unix:${plainLink.at}:/` })
    plainLink.stop()
    row('Ctrl-C under flood, 1 MB/s link with 50 ms', 'ms', far, '≤ 500 ms', far <= 500, 'plain', plainFar)
  },

  async growth() {
    await startAfresh()
    const client = await shell('pipe', { bytesPerS: 20e6 })
    await wait(500)
    const size = async () => (await ours.ask<number>('rss')) + (await pipe.ask<number>('rss'))
    const before = await size()
    client.type('yes\n')
    let most = before
    for (let s = 0; s < FLOOD_S; s += 2) {
      await wait(2_000)
      most = Math.max(most, await size())
    }
    const grown = (most - before) / MIB
    row(`growth of service and pipe under ${FLOOD_S} s of flood`, 'MiB', grown, '≤ 16 MiB', grown <= 16)
    await end(client)
  },

  async memory() {
    const COUNT = 100
    for (const [what, fill, goalMib] of [
      ['without scroll-back', '', 100 / 1024],
      [
        'with 5,000 lines of scroll-back',
        'i=0; while [ $i -lt 5000 ]; do echo "line $i of a scroll-back that is as wide as usual, more or less"; i=$((i+1)); done; ',
        1.5,
      ],
    ] as const) {
      await startAfresh()
      // What the first sessions load is no cost of a session.
      const warm = await Promise.all([shell('ours'), shell('ours')])
      await wait(1_000)
      const before = await ours.ask<number>('rss')
      const some: BenchClient[] = []
      for (let n = 0; n < COUNT; n += 1) {
        const client = await shell('ours')
        const shown = client.shows('filled-up', 60_000)
        client.type(`${fill}echo filled-""up\n`)
        await shown
        some.push(client)
      }
      await wait(45_000) // screens sleep after 30 s
      await ours.ask<number>('rss')
      await wait(500)
      const each = ((await ours.ask<number>('rss')) - before) / COUNT / MIB
      row(
        `memory of an idle session, ${what}`,
        'KiB',
        each * 1024,
        `≤ ${Math.round(goalMib * 1024)} KiB`,
        each <= goalMib,
      )
      leave(...some, ...warm)
    }
  },

  async crowd() {
    const alone = await shell('ours')
    const [before = []] = await echoes([alone], 300)
    leave(alone)
    const idle: BenchClient[] = []
    for (let n = 0; n < 200; n += 1) idle.push(await open('ours'))
    const flooding: BenchClient[] = []
    for (let n = 0; n < 20; n += 1) flooding.push(await shell('ours'))
    const measured = await shell('ours')
    for (const client of flooding) client.type('yes\n')
    await wait(1_000)
    const [under = []] = await echoes([measured], 300)
    const p99 = percentile(under, 0.99)
    const base = percentile(before, 0.99)
    row('echo p99 beside 200 idle and 20 flooding sessions', 'ms', p99, '≤ 5× alone', p99 <= 5 * base, 'alone', base)
    for (const client of flooding) await end(client)
    for (const client of [...idle, measured]) await end(client)
    await wait(2_000)
  },

  async reattach() {
    const client = await shell('ours')
    const shown = client.shows('filled-up', 60_000)
    client.type(
      'i=0; while [ $i -lt 5100 ]; do echo "line $i of a scroll-back that is as wide as usual, more or less"; i=$((i+1)); done; echo filled-""up\n',
    )
    await shown
    const { consoleId } = client
    leave(client)
    const times: number[] = []
    for (let n = 0; n < 10; n += 1) {
      const terminal = new headless.Terminal({ cols: 80, rows: 24, scrollback: 5_000, allowProposedApi: true })
      const begun = performance.now()
      const ticket = await ours.ask<string>('ticket', { consoleId })
      const again = new BenchClient({ url: urls.ours, ticket })
      const drawn: Buffer[] = []
      again.onRendered = (bytes) => void drawn.push(bytes)
      await again.ready
      await new Promise<void>((resolve) => terminal.write(Buffer.concat(drawn), resolve))
      times.push(performance.now() - begun)
      if (terminal.buffer.active.length !== 5_024) throw new Error(`${terminal.buffer.active.length} lines came back`)
      terminal.dispose()
      again.close()
    }
    const p50 = percentile(times, 0.5)
    row('re-attach with 5,000 lines, drawn by the client', 'ms', p50, '≤ 150 ms', p50 <= 150)
  },

  async cycles() {
    type Counts = Record<'descriptors' | 'ptys' | 'processes' | 'listeners' | 'consoles', number>
    const cycle = async () => {
      const client = await open('ours')
      const closed = new Promise((resolve) => client.socket.once('close', resolve))
      client.type('exit\n')
      await Promise.race([closed, wait(30_000)])
      leave(client)
    }
    for (let n = 0; n < 5; n += 1) await cycle()
    await wait(2_000)
    const before = await ours.ask<Counts>('counts')
    for (let n = 0; n < CYCLES; n += 1) await cycle()
    await wait(3_000)
    const after = await ours.ask<Counts>('counts')
    const more = (Object.keys(before) as (keyof Counts)[]).reduce(
      (sum, key) => sum + Math.max(0, after[key] - before[key]),
      0,
    )
    row(`${CYCLES} consoles opened and closed: descriptors, ptys, processes, listeners left`, '', more, '0', more === 0)
    if (more > 0) process.stdout.write(`${JSON.stringify({ before, after })}\n`)
  },
}

const wanted = values.only?.split(',') ?? Object.keys(parts)
process.stdout.write(`Node ${process.version}, ${(await import('node:os')).loadavg()[0]?.toFixed(1)} load before\n`)
for (const name of wanted) {
  const part = parts[name]
  if (part === undefined) throw new Error(`no part ${name}; there are ${Object.keys(parts).join(', ')}`)
  try {
    await part()
  } catch (error) {
    row(name, '', NaN, `could not be measured: ${error instanceof Error ? error.message : String(error)}`, false)
  }
  for (const client of clients) leave(client)
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`)
await Promise.all([ours, plain, pipe].map((server: ServerProcess) => server.stop()))
process.exit(0)
