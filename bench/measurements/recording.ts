import { DEFAULT_RECORDING_POLICY } from '../../lib/recording.ts'
import type { Bench, Measurement } from '../bench.ts'
import { type Figure, median, quantile, relative } from '../figure.ts'
import { Page } from '../terminals/page.ts'
import { echoPage, echoTimes } from './echo.ts'

export const recording: Measurement = {
  name: 'recording',
  about: 'the echo in a recorded console, beside one that is not',
  async run({ own, panel, quick }: Bench): Promise<Figure[]> {
    const setPolicy = async (otherwise: 'on' | 'off') => {
      panel.ageProofs(0) // the policy of recordings asks who one is after five minutes
      const { status, body } = await panel.call(
        'recording.setPolicy',
        { ...DEFAULT_RECORDING_POLICY, otherwise },
        own.at.cookies[0],
      )
      if (status !== 200) throw new Error(`recording.setPolicy: ${JSON.stringify(body)}`)
    }
    const off = await echoPage(new Page(await own.open()))
    await setPolicy('on')
    const on = await echoPage(new Page(await own.open()))
    await setPolicy('off')
    await echoTimes([on, off], 50) // warm
    const ratios: { on: number; off: number }[] = []
    for (let round = 0; round < (quick ? 1 : 5); round += 1) {
      const [recorded = [], plain = []] = await echoTimes([on, off], quick ? 300 : 1_000)
      ratios.push({ on: quantile(recorded, 0.5), off: quantile(plain, 0.5) })
    }
    await on.close()
    await off.close()
    const value = (which: 'on' | 'off') => median(ratios.map((round) => round[which]))
    return [
      relative(
        'echo p50, recorded',
        'ms',
        value('on'),
        { name: 'not recorded', value: value('off') },
        { atMost: 1.05 },
      ),
    ]
  },
}
