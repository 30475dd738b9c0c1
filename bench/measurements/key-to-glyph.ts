import type { Page } from '@playwright/test'
import type { Bench, Measurement } from '../bench.ts'
import { foreignPage, ownPage, type Painting } from '../chromium.ts'
import { absolute, type Figure, quantile, relative } from '../figure.ts'
import { pause } from '../wait.ts'

/** As fast as a person types, in milliseconds. */
const BETWEEN_MS = 120

/** Milliseconds from each key to its glyph, by the page's own clock. */
async function keyTimes(page: Page, keys: number): Promise<number[]> {
  await pause(1_500)
  for (let key = 0; key < keys; key += 1) {
    await page.keyboard.press(key % 40 === 39 ? 'Control+u' : 'k')
    await pause(BETWEEN_MS)
  }
  return page.evaluate(() => (window as unknown as { painting: Painting }).painting.keys)
}

export const keyToGlyph: Measurement = {
  name: 'key-to-glyph',
  about: 'from a key press to the painted glyph, by the timing of the page',
  browser: true,
  async run(bench: Bench): Promise<Figure[]> {
    const keys = bench.quick ? 30 : 150
    const { page, close } = await ownPage(bench)
    const ours = await keyTimes(page, keys)
    await close()
    if (ours.length < keys / 2) throw new Error(`only ${ours.length} of ${keys} keys were seen painted`)
    const figures = [
      absolute(
        'key to painted glyph p50',
        'ms',
        quantile(ours, 0.5),
        undefined,
        `${ours.length} keys; a frame is 16.7 ms`,
      ),
      absolute('key to painted glyph p99', 'ms', quantile(ours, 0.99)),
    ]
    const wetty = bench.peers.find(({ name }) => name.startsWith('wetty'))
    if (wetty === undefined || !('port' in wetty.target)) return figures
    const theirs = await foreignPage(`http://127.0.0.1:${wetty.target.port}/wetty`)
    const times = await keyTimes(theirs.page, keys)
    await theirs.close()
    if (times.length >= keys / 2)
      figures.push(
        relative('key to painted glyph p50', 'ms', quantile(ours, 0.5), {
          name: wetty.name,
          value: quantile(times, 0.5),
        }),
      )
    return figures
  },
}
