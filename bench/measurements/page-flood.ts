import type { Bench, Measurement } from '../bench.ts'
import { ownPage, type Painting } from '../chromium.ts'
import { absolute, type Figure } from '../figure.ts'
import { pause } from '../wait.ts'

export const pageUnderFlood: Measurement = {
  name: 'page-flood',
  about: 'frames and tasks of the page while yes floods it',
  browser: true,
  async run(bench: Bench): Promise<Figure[]> {
    const seconds = bench.quick ? 8 : 60
    const { page, close } = await ownPage(bench)
    await page.keyboard.type('yes\n')
    await pause(1_000)
    const look = () =>
      page.evaluate(() => {
        const { painting } = window as unknown as { painting: Painting }
        const { longestGapMs, longestTaskMs, frames } = painting
        painting.restart()
        return { longestGapMs, longestTaskMs, frames }
      })
    await look()
    await pause(seconds * 1_000)
    const { longestGapMs, longestTaskMs, frames } = await look()
    await page.keyboard.press('Control+c')
    await close()
    return [
      absolute(`${seconds} s of yes: longest task of the page`, 'ms', longestTaskMs, { atMost: 100 }),
      absolute(`${seconds} s of yes: longest time between two frames`, 'ms', longestGapMs, { atMost: 100 }),
      absolute(`${seconds} s of yes: frames a second`, '', frames / seconds),
    ]
  },
}
