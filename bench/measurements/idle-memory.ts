import type { Bench, Measurement } from '../bench.ts'
import { absolute, type Figure } from '../figure.ts'
import { residentBytes } from '../processes.ts'
import type { OwnTerminal } from '../terminals/cellblock.ts'
import { Page } from '../terminals/page.ts'
import { pause } from '../wait.ts'

/** A log line and its number, 92 columns of 132. */
const LINES = `seq -f 'Nov 25 15:42:13 www sshd[%05.0f]: Accepted publickey for root from 10.0.0.7 port 50022 ssh2' 1 5000`
/** Opened at a time. */
const ABREAST = 8
/** A console counts as idle after this, in milliseconds. */
const IDLE_MS = 40_000

/** Opens so many consoles, each with its page. */
export async function openMany(open: () => Promise<OwnTerminal>, count: number): Promise<Page[]> {
  const pages: Page[] = []
  while (pages.length < count) {
    const batch = Math.min(ABREAST, count - pages.length)
    const opened = await Promise.all(Array.from({ length: batch }, async () => new Page(await open()).ready()))
    pages.push(...opened)
  }
  return pages
}

/** Runs a command in many consoles, some at a time. */
async function runInAll(pages: readonly Page[], command: string): Promise<void> {
  for (let at = 0; at < pages.length; at += ABREAST)
    await Promise.all(pages.slice(at, at + ABREAST).map((page) => page.run(command)))
}

export async function closeAll(pages: readonly Page[]): Promise<void> {
  for (let at = 0; at < pages.length; at += ABREAST)
    await Promise.all(pages.slice(at, at + ABREAST).map((page) => page.close()))
}

export const idleMemory: Measurement = {
  name: 'idle-memory',
  about: 'memory of the service for each idle console, its shell not counted',
  async run({ own, quick, collectGarbage }: Bench): Promise<Figure[]> {
    const count = quick ? 20 : 200
    const memory = async () => {
      const used = await collectGarbage()
      return { used, resident: residentBytes(own.at.servicePid) }
    }
    // What is needed once only is not a console's: as many are there already. V8 alone grows its young generation by some
    // 30 MB with the first few hundred terminals, and keeps it.
    const warm = await openMany(() => own.open(), count)
    await runInAll(warm.slice(0, ABREAST), LINES)
    await pause(IDLE_MS)
    const before = await memory()
    const pages = await openMany(() => own.open(), count)
    await pause(IDLE_MS)
    const withPrompt = await memory()
    await runInAll(pages, LINES)
    await pause(IDLE_MS)
    const withLines = await memory()
    await closeAll([...warm, ...pages])
    const kib = (after: typeof before, of: keyof typeof before) => (after[of] - before[of]) / count / 1024
    const prompt = `memory of an idle console (of ${count}), page open`
    const lines = `memory of an idle console (of ${count}), 5,000 lines`
    return [
      absolute(prompt, 'KiB', kib(withPrompt, 'resident'), { atMost: 100 }),
      absolute(`${prompt}: in use`, 'KiB', kib(withPrompt, 'used')),
      absolute(lines, 'MiB', kib(withLines, 'resident') / 1024, { atMost: 1.5 }),
      absolute(`${lines}: in use`, 'MiB', kib(withLines, 'used') / 1024),
    ]
  },
}
