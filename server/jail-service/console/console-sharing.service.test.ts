import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ViewerInfo } from '@/lib/console-protocol.ts'
import type { TestConsoles } from './test-consoles.ts'
import { jo, mk, startTestConsoles } from './test-consoles.ts'
import type { TestViewer } from './test-viewer.ts'

let all: TestConsoles
beforeEach(async () => {
  all = await startTestConsoles()
})
afterEach(() => all.stop())

/** jo's page on mk's console. */
async function joined(consoleId: string, mode: 'input' | 'watch', size: { cols?: number; rows?: number } = {}) {
  const viewer = all.page({ cookie: 'other', ...size })
  await viewer.hello(all.ticket({ sessionId: 's2', userId: jo.userId, consoleId, mode }))
  return viewer
}

const lastViewers = ({ told }: TestViewer): readonly ViewerInfo[] =>
  told.findLast((message) => message.type === 'viewers')?.viewers ?? []

describe('another admin', () => {
  test('joins with input; both see who is there, and whose console it is', async () => {
    const { viewer, ready } = await all.shell()
    expect(all.consoles.list(jo)).toMatchObject([{ id: ready.consoleId, mine: false, owner: 'mk' }])
    const other = await joined(ready.consoleId, 'input')
    expect(await other.message('ready')).toMatchObject({ owner: 'mk', mode: 'input' })
    await viewer.until(() => lastViewers(viewer).length === 2, 'two viewers')
    expect(lastViewers(viewer)).toEqual([
      { user: 'mk', mode: 'input', driver: false, you: true },
      { user: 'jo', mode: 'input', driver: false, you: false },
    ])
    other.type('echo from-j""o\r')
    await viewer.shows(/^from-jo$/m)
    other.leave()
    await viewer.until(() => lastViewers(viewer).length === 1, 'one viewer')
  })

  test('who only watches sees everything, and a key of theirs ends their view alone', async () => {
    const { viewer, ready } = await all.shell()
    const watcher = await joined(ready.consoleId, 'watch')
    viewer.type('echo look-at-th""is\r')
    await watcher.shows(/^look-at-this$/m)
    watcher.type('rm -rf /\r')
    await watcher.until(() => watcher.closed !== undefined, 'closed')
    expect(watcher.closed).toEqual({ code: 1008, reason: 'This view only watches.' })
    viewer.type('echo undisturb""ed\r')
    await viewer.shows(/^undisturbed$/m)
    expect(viewer.screen()).not.toContain('rm -rf')
  })

  test('who lost the right to consoles cannot join, and is not told that there is one', async () => {
    const { ready } = await all.shell()
    all.world.may.delete(jo.userId)
    await expect(joined(ready.consoleId, 'watch')).rejects.toThrow('This console is gone.')
    expect(all.consoles.list(jo)).toEqual([])
    expect(all.consoles.list(mk)).toHaveLength(1)
  })

  test('who loses the right while looking is sent away; the console stays its owner’s', async () => {
    const { viewer, ready } = await all.shell()
    const other = await joined(ready.consoleId, 'input')
    all.world.may.delete(jo.userId)
    expect(await other.message('error')).toMatchObject({ code: 'forbidden' })
    viewer.type('echo still-mi""ne\r')
    await viewer.shows(/^still-mine$/m)
  })
})

describe('the size', () => {
  const sizeOf = ({ terminal }: TestViewer) => [terminal.cols, terminal.rows]

  test('follows the smallest, or the page that was chosen to give it, until that goes', async () => {
    const { viewer, ready } = await all.shell({ cols: 120, rows: 40 })
    const small = await joined(ready.consoleId, 'input', { cols: 60, rows: 20 })
    await viewer.until(() => sizeOf(viewer).join() === '60,20', 'the smallest')
    viewer.send({ type: 'drive', on: true })
    await small.until(() => sizeOf(small).join() === '120,40', 'the driver’s')
    expect(lastViewers(viewer)[0]).toMatchObject({ driver: true, you: true })
    viewer.type('stty size\r')
    await small.shows(/^40 120$/m)
    viewer.send({ type: 'resize', cols: 100, rows: 30 })
    await small.until(() => sizeOf(small).join() === '100,30', 'the driver’s new one')
    small.send({ type: 'drive', on: true })
    await viewer.until(() => sizeOf(viewer).join() === '60,20', 'the other driver’s')
    small.leave()
    await viewer.until(() => sizeOf(viewer).join() === '100,30', 'its own again')
    await viewer.until(() => lastViewers(viewer).every(({ driver }) => !driver), 'nobody drives')
  })

  test('the driver keeps it over a reconnect; a page that only watches cannot take it', async () => {
    const { viewer, ready } = await all.shell({ cols: 100, rows: 30 })
    const watcher = await joined(ready.consoleId, 'watch', { cols: 60, rows: 20 })
    await viewer.until(() => sizeOf(viewer).join() === '60,20', 'the smallest')
    viewer.send({ type: 'drive', on: true })
    await watcher.until(() => sizeOf(watcher).join() === '100,30', 'the driver’s')
    const again = all.page({ id: viewer.id, cols: 100, rows: 30 })
    await again.hello(all.ticket({ consoleId: ready.consoleId }))
    await again.until(() => lastViewers(again).some(({ driver, you }) => driver && you), 'drives again')
    watcher.send({ type: 'drive', on: true })
    watcher.send({ type: 'resize', cols: 50, rows: 10 })
    again.type('stty size\r')
    await again.shows(/^30 100$/m)
    expect(sizeOf(watcher)).toEqual([100, 30])
  })
})
