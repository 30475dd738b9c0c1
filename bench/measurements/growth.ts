import type { Bench, Measurement } from '../bench.ts'
import { absolute, type Figure, relative } from '../figure.ts'
import { residentBytes } from '../processes.ts'
import { Page } from '../terminals/page.ts'
import type { Terminal } from '../terminals/terminal.ts'
import { pause } from '../wait.ts'

const MIB = 1024 * 1024

const ESCAPES = `awk 'BEGIN { for (n = 0; n < 50000; n++) printf "\\033[%d;%dH\\033[3%dm%d", n % 38, n * 7 % 132, n % 8, n }' >/tmp/bench-escapes`

interface Flood {
  what: string
  command: string
  /** Bytes a second that the page renders; undefined: it never says that it rendered anything. */
  bytesPerS: number | undefined
}

const FLOODS: Flood[] = [
  { what: 'yes', command: 'yes', bytesPerS: Infinity },
  { what: 'yes, page of 1 MB/s', command: 'yes', bytesPerS: 1_000_000 },
  { what: 'yes, page that never acknowledges', command: 'yes', bytesPerS: undefined },
  { what: 'random bytes', command: 'cat /dev/urandom', bytesPerS: Infinity },
  { what: 'colours and cursor', command: 'while :; do cat /tmp/bench-escapes; done', bytesPerS: Infinity },
  { what: 'one line without end', command: `tr '\\0' x </dev/zero`, bytesPerS: Infinity },
]

/** How much processes grew, at most, while a command floods a page, in bytes. */
async function growth(open: () => Promise<Terminal>, pids: number[], flood: Flood, forMs: number): Promise<number> {
  const page = await new Page(await open()).ready()
  const resident = () => pids.reduce((sum, pid) => sum + residentBytes(pid), 0)
  const before = resident()
  page.bytesPerS = flood.bytesPerS ?? Infinity
  page.type(`${flood.command}\r`)
  let most = before
  for (const end = performance.now() + forMs; performance.now() < end;) {
    await pause(100)
    most = Math.max(most, resident())
  }
  await page.close()
  return most - before
}

export const growthUnderFlood: Measurement = {
  name: 'growth',
  about: 'memory that service and panel take more while one console floods',
  async run({ own, plain, quick, inJail, say }: Bench): Promise<Figure[]> {
    inJail(ESCAPES)
    const forMs = quick ? 3_000 : 60_000 / FLOODS.length
    const figures: Figure[] = []
    for (const flood of FLOODS) {
      const acknowledges = flood.bytesPerS !== undefined
      const grown = await growth(() => own.open({ throughPanel: true, acknowledges }), own.pids(), flood, forMs)
      say(`growth: ${flood.what}: ${(grown / MIB).toFixed(1)} MiB`)
      const what = `growth of service and panel: ${flood.what}`
      figures.push(absolute(what, 'MiB', grown / MIB, { atMost: 16 }))
      if (flood.bytesPerS !== 1_000_000) continue
      const theirs = await growth(() => plain.open(), plain.pids(), flood, forMs)
      figures.push(relative(what, 'MiB', grown / MIB, { name: plain.name, value: theirs / MIB }))
    }
    return figures
  },
}
