import { once } from 'node:events'
import path from 'node:path'
import type { Bench, Measurement } from '../bench.ts'
import { absolute, type Figure, median, quantile, relative } from '../figure.ts'
import { start } from '../processes.ts'
import { Page } from '../terminals/page.ts'
import { pause } from '../wait.ts'
import { echoPage, echoTimes } from './echo.ts'
import { closeAll, openMany } from './idle-memory.ts'

export const crowd: Measurement = {
  name: 'crowd',
  about: 'the echo in one console while many others idle and some flood',
  async run({ own, quick }: Bench): Promise<Figure[]> {
    const [idle, flooding, keys, rounds] = quick ? [20, 4, 150, 1] : [200, 20, 1_000, 3]
    const page = await echoPage(new Page(await own.open()))
    await echoTimes([page], 50) // warm
    const measure = async () => {
      const p50: number[] = []
      const p99: number[] = []
      for (let round = 0; round < rounds; round += 1) {
        const [times = []] = await echoTimes([page], keys)
        p50.push(quantile(times, 0.5))
        p99.push(quantile(times, 0.99))
      }
      return { p50: median(p50), p99: median(p99) }
    }
    const alone = await measure()
    const others = await openMany(() => own.open(), idle)
    const program = path.join(import.meta.dirname, '../flood-pages.ts')
    const floods = start(process.execPath, ['--import', 'tsx', program, JSON.stringify(own.at), String(flooding)], {
      ipc: true,
    })
    const [message] = (await once(floods, 'message')) as [unknown]
    if (message !== 'ready') throw new Error('the flooding consoles did not come up')
    const at = performance.now()
    await pause(1_000)
    const among = await measure()
    const gone = once(floods, 'exit')
    floods.send('end')
    const [bytes] = (await once(floods, 'message')) as [number]
    const seconds = (performance.now() - at) / 1_000
    await gone
    await closeAll([...others, page])
    const what = `with ${idle} idle and ${flooding} flooding consoles`
    return [
      relative(`echo p99 ${what}`, 'ms', among.p99, { name: 'itself, alone', value: alone.p99 }, { atMost: 5 }),
      absolute(`echo p50 ${what}`, 'ms', among.p50),
      absolute(`output of ${flooding} flooding consoles together`, 'MB/s', bytes / 1e6 / seconds),
    ]
  },
}
