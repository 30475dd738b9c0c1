import type { Bench, Measurement } from '../bench.ts'
import { absolute, type Figure, median, missing, relative } from '../figure.ts'
import { Page } from '../terminals/page.ts'
import type { TerminalServer } from '../terminals/terminal.ts'
import { throttledLink } from '../throttled-link.ts'
import { pause } from '../wait.ts'

const RATE = 1_000_000
/** Nobody waits longer. */
const PATIENCE_MS = 15_000

interface Reader {
  what: string
  goalMs: number
  bytesPerS: number
  linkDelayMs?: number
}

const READERS: Reader[] = [
  { what: 'Ctrl-C under yes, fast page', goalMs: 20, bytesPerS: Infinity },
  { what: 'Ctrl-C under yes, page of 1 MB/s', goalMs: 300, bytesPerS: RATE },
  { what: 'Ctrl-C under yes, line of 1 MB/s and 50 ms', goalMs: 500, bytesPerS: Infinity, linkDelayMs: 50 },
]

/** Milliseconds from Ctrl-C to the rendered prompt, after a flood of some seconds; PATIENCE_MS when it takes longer. */
async function interrupt(server: TerminalServer, reader: Reader, floodMs: number): Promise<number> {
  const link =
    reader.linkDelayMs === undefined
      ? undefined
      : await throttledLink(server.target, { bytesPerS: RATE, delayMs: reader.linkDelayMs })
  try {
    const terminal = await server.open(link === undefined ? {} : { port: link.port })
    const page = await new Page(terminal).ready()
    page.bytesPerS = reader.bytesPerS
    page.type('yes\r')
    await pause(floodMs)
    page.forget()
    const at = performance.now()
    page.type('\x03')
    const seen = await page.shows('root@', PATIENCE_MS)
    const took = performance.now() - at
    await page.close()
    return seen ? took : PATIENCE_MS
  } finally {
    link?.close()
  }
}

export const interruptUnderFlood: Measurement = {
  name: 'interrupt',
  about: 'from Ctrl-C to the prompt while the shell floods the page',
  async run({ own, peers, quick, say }: Bench): Promise<Figure[]> {
    const figures: Figure[] = []
    for (const reader of READERS) {
      const floodMs = quick ? 1_000 : 4_000
      const ours: number[] = []
      say(`interrupt: ${reader.what}`)
      for (let round = 0; round < (quick ? 2 : 7); round += 1)
        // Where between the water marks it meets the flow is chance.
        ours.push(await interrupt(own, reader, floodMs / 2 + Math.random() * 300))
      figures.push(absolute(reader.what, 'ms', median(ours), { atMost: reader.goalMs }))
      for (const peer of peers) {
        say(`interrupt: ${reader.what}: ${peer.name}`)
        // One that neither floods nor ends must not hold up all that comes after it.
        const theirs = await Promise.race([interrupt(peer, reader, floodMs), pause(floodMs + 4 * PATIENCE_MS)])
        if (theirs === undefined) {
          figures.push(missing(reader.what, 'ms', '', `${peer.name}: neither flood nor end`, peer.name))
          continue
        }
        const late = theirs >= PATIENCE_MS ? `${peer.name}: nothing within ${PATIENCE_MS / 1_000} s` : undefined
        figures.push(relative(reader.what, 'ms', median(ours), { name: peer.name, value: theirs }, undefined, late))
      }
    }
    return figures
  },
}
