import type { Bench, Measurement } from '../bench.ts'
import { absolute, type Figure, median, quantile, relative } from '../figure.ts'
import { Page } from '../terminals/page.ts'
import { pause } from '../wait.ts'

/** Between two keys, in milliseconds: far faster than anybody types, and all is quiet again by then. */
const BETWEEN_MS = 8
/** A line of the terminal takes 4,095 characters (termios); it is ended long before. */
const LINE_KEYS = 64

/** Milliseconds from a key to its echo, on several terminals in turn, so that all meet the same noise. */
export async function echoTimes(pages: readonly Page[], keys: number): Promise<number[][]> {
  const times = pages.map((): number[] => [])
  for (let key = 0; key < keys; key += 1) {
    for (const [index, page] of pages.entries()) {
      const newLine = key % LINE_KEYS === LINE_KEYS - 1
      const at = performance.now()
      const echoed = new Promise<number>((resolve, reject) => {
        const limit = setTimeout(() => reject(new Error('no echo of a key within 20 s')), 20_000)
        page.onRendered = () => {
          clearTimeout(limit)
          page.onRendered = () => undefined
          resolve(performance.now() - at)
        }
      })
      page.type(newLine ? '\r' : 'k')
      const took = await echoed
      if (!newLine) times[index]?.push(took)
      await pause(BETWEEN_MS / pages.length)
    }
  }
  return times
}

/** A page at whose shell nothing but the terminal itself echoes. */
export async function echoPage(page: Page): Promise<Page> {
  await page.ready()
  page.type('exec cat >/dev/null\r')
  await pause(300)
  return page
}

export const echo: Measurement = {
  name: 'echo',
  about: 'from a key to its echo, beside the peers and through the panel',
  async run({ own, peers, plain, quick }: Bench): Promise<Figure[]> {
    const keys = quick ? 200 : 1_500
    const rounds = quick ? 1 : 3
    const servers = [own, ...peers]
    const pages = await Promise.all(servers.map(async (server) => echoPage(new Page(await server.open()))))
    const piped = await echoPage(new Page(await own.open({ throughPanel: true })))
    await echoTimes([...pages, piped], 50) // warm
    const all = [...pages, piped].map((): { p50: number[]; p99: number[] } => ({ p50: [], p99: [] }))
    for (let round = 0; round < rounds; round += 1)
      for (const [index, times] of (await echoTimes([...pages, piped], keys)).entries()) {
        all[index]?.p50.push(quantile(times, 0.5))
        all[index]?.p99.push(quantile(times, 0.99))
      }
    for (const page of [...pages, piped]) await page.close()
    const value = (index: number, which: 'p50' | 'p99') => median(all[index]?.[which] ?? [])
    return [
      ...peers.flatMap((peer, index) => [
        relative(
          'echo p50',
          'ms',
          value(0, 'p50'),
          { name: peer.name, value: value(index + 1, 'p50') },
          peer === plain ? { atMost: 1.3 } : undefined,
        ),
        relative(
          'echo p99',
          'ms',
          value(0, 'p99'),
          { name: peer.name, value: value(index + 1, 'p99') },
          peer === plain ? { atMost: 1 } : undefined,
        ),
      ]),
      absolute('echo p50 through the panel, added', 'ms', value(pages.length, 'p50') - value(0, 'p50'), {
        atMost: 0.3,
      }),
      absolute('echo p99 through the panel, added', 'ms', value(pages.length, 'p99') - value(0, 'p99')),
    ]
  },
}
