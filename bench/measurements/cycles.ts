import type { Bench, Measurement } from '../bench.ts'
import { absolute, type Figure } from '../figure.ts'
import { holdings, residentBytes } from '../processes.ts'
import { Page } from '../terminals/page.ts'
import { pause, until } from '../wait.ts'

const ABREAST = 4

export const openCloseCycles: Measurement = {
  name: 'cycles',
  about: 'what is left after many consoles were opened and closed',
  async run({ own, quick, serviceLog, collectGarbage }: Bench): Promise<Figure[]> {
    const count = quick ? 40 : 1_000
    const cycle = async () => {
      const page = await new Page(await own.open({ throughPanel: true })).ready()
      await page.close()
    }
    for (let warm = 0; warm < 4; warm += 1) await cycle()
    await pause(2_000)
    await collectGarbage()
    const pids = own.pids()
    const before = holdings(pids)
    const memoryBefore = residentBytes(own.at.servicePid)
    for (let done = 0; done < count; done += ABREAST) await Promise.all(Array.from({ length: ABREAST }, cycle))
    await until(() => holdings(pids).children <= before.children, 'the last shell gone')
    // Kept-alive connections of calls end by themselves.
    await pause(6_000)
    await collectGarbage()
    const after = holdings(pids)
    const memoryAfter = residentBytes(own.at.servicePid)
    const warnings = serviceLog().split('MaxListenersExceededWarning').length - 1
    const what = `left after ${count} consoles:`
    return [
      absolute(`${what} descriptors`, '', after.descriptors - before.descriptors, { atMost: 0 }),
      absolute(`${what} ptys`, '', after.ptys - before.ptys, { atMost: 0 }),
      absolute(`${what} processes`, '', after.children - before.children, { atMost: 0 }),
      absolute(`${what} sockets`, '', after.sockets - before.sockets, { atMost: 0 }),
      absolute(`${what} warnings of listeners`, '', warnings, { atMost: 0 }),
      absolute(`${what} memory of the service`, 'MiB', (memoryAfter - memoryBefore) / 1024 / 1024),
    ]
  },
}
