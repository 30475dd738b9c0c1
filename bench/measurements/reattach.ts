import headless from '@xterm/headless'
import type { Bench, Measurement } from '../bench.ts'
import { absolute, type Figure, median } from '../figure.ts'
import type { OwnServer, OwnTerminal } from '../terminals/cellblock.ts'
import { Page } from '../terminals/page.ts'
import { pause } from '../wait.ts'

/** 5,000 lines of a coloured log. */
const LINES = `seq -f '\\033[32mNov 25 15:42:13\\033[0m www \\033[1msshd\\033[0m[%05.0f]: Accepted publickey for root from 10.0.0.7 port 50022' 1 5100 | sed 's/\\\\033/\\x1b/g'`
/** A console rests after this, in milliseconds. */
const REST_MS = 35_000

const newTerminal = () => new headless.Terminal({ cols: 132, rows: 38, scrollback: 5_000, allowProposedApi: true })

/** Everything that a terminal shows, with the lines above. */
function textOf(terminal: headless.Terminal): string {
  const { active } = terminal.buffer
  return Array.from({ length: active.length }, (_, line) => active.getLine(line)?.translateToString(true) ?? '').join(
    '\n',
  )
}

/** Milliseconds from asking for a ticket to a terminal that shows everything, and the console's bytes. */
async function reattach(own: OwnServer, consoleId: string): Promise<{ ms: number; text: string; page: OwnTerminal }> {
  const terminal = newTerminal()
  const at = performance.now()
  const page = await own.open({ consoleId })
  await new Promise<void>((resolve) => {
    let left = page.screen?.bytes ?? 0
    page.subscribe((bytes) => {
      left -= bytes.length
      terminal.write(bytes, left <= 0 ? resolve : undefined)
    })
  })
  const ms = performance.now() - at
  const text = textOf(terminal)
  terminal.dispose()
  return { ms, text, page }
}

export const reattachWithScrollback: Measurement = {
  name: 'reattach',
  about: 'a page comes back to a console with 5,000 lines of scroll-back',
  async run({ own, quick }: Bench): Promise<Figure[]> {
    const terminal = await own.open()
    const seen = newTerminal()
    const page = new Page(terminal)
    page.onRendered = (bytes) => seen.write(bytes)
    await page.ready()
    await page.run(LINES)
    await pause(300)
    await new Promise<void>((resolve) => seen.write('', resolve))
    const expected = textOf(seen)
    const measure = async () => {
      const times: number[] = []
      for (let round = 0; round < (quick ? 3 : 15); round += 1) {
        const { ms, text, page } = await reattach(own, terminal.consoleId)
        if (text !== expected)
          throw new Error(
            `the screen that came back is another one:\n${text.slice(-500)}\n---\n${expected.slice(-500)}`,
          )
        times.push(ms)
        await page.leave()
      }
      return median(times)
    }
    const soon = await measure()
    await pause(REST_MS)
    const rested = await measure()
    await page.close()
    return [
      absolute(
        'return to 5,000 lines, console just used',
        'ms',
        soon,
        { atMost: 150 },
        'to the terminal that shows all of it',
      ),
      absolute(
        'return to 5,000 lines, console at rest',
        'ms',
        rested,
        { atMost: 150 },
        'to the terminal that shows all of it',
      ),
    ]
  },
}
