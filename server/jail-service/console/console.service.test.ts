import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TestConsoles } from './test-consoles.ts'
import { jo, mk, startTestConsoles, www } from './test-consoles.ts'
import type { TestViewer } from './test-viewer.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'cellblock-files-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let all: TestConsoles
const page: TestConsoles['page'] = (options) => all.page(options)
const ticket: TestConsoles['ticket'] = (more) => all.ticket(more)
const shell: TestConsoles['shell'] = (options, more) => all.shell(options, more)

beforeEach(async () => {
  all = await startTestConsoles()
})
afterEach(() => all.stop())

const memoryBytes = () => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024

describe('a console', () => {
  test('runs the command, echoes keys, tells its end with exit code and reason', async () => {
    const { viewer, ready } = await shell()
    expect(ready).toMatchObject({ tag: 'www', argv: ['/bin/sh'], resumed: false, inputOffset: 0, cols: 80, rows: 24 })
    viewer.type('echo $((6*7))\r')
    await viewer.shows(/^42$/m)
    viewer.type('exit 7\r')
    expect(await viewer.message('exit')).toMatchObject({ exitCode: 7, reason: 'The shell ended.' })
    expect(
      all.world.audit.map(({ verb, target, detail }) => [
        verb,
        target,
        detail.replace(/\d+ bytes/g, 'N bytes').replace(/\d+ s\.$/, 'N s.'),
      ]),
    ).toEqual([
      ['console.open', 'www', ''],
      ['console.end', 'www', 'The shell ended. Exit code 7, N bytes out, N bytes in, N s.'],
    ])
  })

  test('shows the last output of a command that ends at once, and keeps it readable', async () => {
    all.world.argv = ['/bin/sh', '-c', 'seq 1 3000; echo THE-END; exit 127']
    const viewer = page()
    const { consoleId } = await viewer.hello(ticket())
    expect(await viewer.message('exit')).toMatchObject({ exitCode: 127, reason: 'The shell could not be started.' })
    await viewer.shows('THE-END')
    const later = page()
    await later.hello(ticket({ consoleId }))
    await later.shows('THE-END')
    expect(await later.message('exit')).toMatchObject({ exitCode: 127 })
  })

  test('follows the size of the smallest page, in its place in the output', async () => {
    const { viewer } = await shell({ cols: 100, rows: 30 })
    viewer.type('stty size\r')
    await viewer.shows(/^30 100$/m)
    const { viewer: small } = await shell({ cols: 90, rows: 40 })
    await viewer.until(() => viewer.terminal.cols === 90 && viewer.terminal.rows === 30, 'the common size')
    await small.until(() => small.terminal.cols === 90 && small.terminal.rows === 30, 'the common size')
    small.type('stty size\r')
    await viewer.shows(/^30 90$/m)
    small.leave()
    await viewer.until(() => viewer.terminal.cols === 100, 'its own size again')
    for (let n = 0; n < 100; n += 1) viewer.send({ type: 'resize', cols: 60 + n, rows: 20 })
    await viewer.until(() => viewer.terminal.cols === 159, 'the last of many sizes')
    viewer.type('stty size\r')
    await viewer.shows(/^20 159$/m)
  })

  test('a second page sees the same screen, and both see who is there', async () => {
    const { viewer, ready } = await shell()
    viewer.type("printf '\\033[31mred\\033[0m \\346\\227\\245\\346\\234\\254 ok\\n'; echo top-line\r")
    await viewer.shows(/^top-line$/m)
    const second = page()
    expect((await second.hello(ticket())).consoleId).toBe(ready.consoleId)
    await second.until(() => second.screen() === viewer.screen(), 'the same screen')
    expect(second.screen()).toContain('red 日本 ok')
    await viewer.until(
      () => viewer.told.some((message) => message.type === 'viewers' && message.viewers.length === 2),
      'two viewers',
    )
    second.type('echo from-second\r')
    await viewer.shows(/^from-second$/m)
  })

  test('full-screen programs survive a reload: alternate screen, cursor, scroll region', async () => {
    const { viewer, ready } = await shell()
    viewer.type("printf '\\033[?1049h\\033[2J\\033[5;10Halternate\\033[3;20r\\033[?25l\\033[7;3H'; sleep 60\r")
    await viewer.shows('alternate')
    await viewer.until(() => viewer.terminal.buffer.active.cursorY === 6, 'the cursor in its place')
    const second = page()
    await second.hello(ticket({ consoleId: ready.consoleId }))
    await second.shows('alternate')
    expect(second.terminal.buffer.active.type).toBe('alternate')
    expect([second.terminal.buffer.active.cursorY, second.terminal.buffer.active.cursorX]).toEqual([6, 2])
    viewer.type('\x03')
    viewer.type("printf '\\033[?25h\\033[?1049l'; echo back\r")
    await second.shows(/^back$/m)
    expect(second.terminal.buffer.active.type).toBe('normal')
  })

  test('device queries are answered once, also with two pages and with none', async () => {
    const { viewer } = await shell()
    await page().hello(ticket())
    viewer.type(
      "stty raw -echo; printf '\\033[6n'; head -c 6 | od -An -c; sleep 0.3; stty sane; echo rest-$(timeout 0.2 cat | wc -c)\r",
    )
    await viewer.shows(/033 +\[ +\d/)
    await viewer.shows('rest-0')
  })
})

describe('coming back', () => {
  test('with an offset the page gets exactly the bytes it lacks', async () => {
    const { viewer, ready } = await shell()
    viewer.type('echo one\r')
    await viewer.shows(/^one$/m)
    await viewer.until(() => viewer.rendered === viewer.offset, 'all rendered')
    const { offset, id } = viewer
    viewer.type('for n in 1 2 3 4 5; do echo line-$n; sleep 0.05; done; echo fin""ished\r')
    await viewer.shows('line-2')
    viewer.leave()
    const again = page({ id })
    expect(await again.hello(ticket({ consoleId: ready.consoleId }), { offset })).toMatchObject({ resumed: true })
    await again.shows(/^finished$/m)
    const text = Buffer.concat(again.output).toString()
    expect(text.match(/line-\d/g)).toEqual(['line-1', 'line-2', 'line-3', 'line-4', 'line-5'])
    expect(again.told.some(({ type }) => type === 'screen')).toBe(false)
    expect(all.world.audit).toHaveLength(1)
  })

  test('with an offset that is no longer kept it gets a drawing', async () => {
    const { viewer, ready } = await shell()
    viewer.leave()
    const between = page()
    await between.hello(ticket())
    between.type('head -c 2000000 /dev/zero | tr "\\0" y; echo; echo fin""ished\r')
    await between.shows('finished')
    const again = page({ id: viewer.id })
    expect(await again.hello(ticket({ consoleId: ready.consoleId }), { offset: 10 })).toMatchObject({ resumed: false })
    await again.shows('finished')
    expect(again.screen()).toBe(between.screen())
  })

  test('input that arrived is counted, so that nothing is typed twice or lost', async () => {
    const { viewer, ready } = await shell()
    viewer.type('echo abc')
    expect((await viewer.message('input')).offset).toBe(8)
    viewer.leave()
    const again = page({ id: viewer.id })
    expect((await again.hello(ticket({ consoleId: ready.consoleId }))).inputOffset).toBe(8)
    again.type('def\r')
    await again.shows(/^abcdef$/m)
    expect((await page().hello(ticket({ consoleId: ready.consoleId }))).inputOffset).toBe(0)
  })

  test('the same page on a new connection replaces its old one', async () => {
    const { viewer, ready } = await shell()
    const again = page({ id: viewer.id })
    await again.hello(ticket({ consoleId: ready.consoleId }))
    await viewer.until(() => viewer.closed?.code === 1000, 'the old connection closed')
    expect(all.consoles.list(mk)).toMatchObject([{ id: ready.consoleId, viewers: 1 }])
  })

  test('an unfinished escape sequence or character is finished in the drawing', async () => {
    const { viewer } = await shell()
    viewer.type(
      "stty -echo; printf 'A\\033[3'; sleep 0.4; printf '1mB\\033[0m \\346\\227'; sleep 0.4; printf '\\245 C\\n'; echo\r",
    )
    await viewer.shows(/A$/m)
    const first = page()
    await first.hello(ticket())
    await viewer.shows(/AB ?$/m)
    await viewer.until(() => Buffer.concat(viewer.output).includes(Buffer.from([0xe6, 0x97])), 'half a character')
    const second = page()
    await second.hello(ticket())
    for (const each of [viewer, first, second]) await each.shows('AB 日 C')
    const { active } = first.terminal.buffer
    const line = Array.from({ length: active.length }, (_, n) => active.getLine(n)).find((row) =>
      row?.translateToString(true).includes('AB 日 C'),
    )
    const at = line?.translateToString(true).indexOf('B') ?? -1
    expect(line?.getCell(at)?.getFgColor()).toBe(1) // red, from the sequence that was cut
  })
})

describe('a flood', () => {
  test('Ctrl-C works at once with a fast page', async () => {
    const { viewer } = await shell()
    viewer.type('yes\r')
    await viewer.until(() => viewer.rendered > 3_000_000, 'a flood')
    const at = performance.now()
    viewer.type('\x03')
    viewer.type('echo sto""pped\r')
    await viewer.shows(/^(# )?stopped$/m)
    expect(performance.now() - at).toBeLessThan(500)
  })

  test('Ctrl-C works soon with a page that renders 1 MB/s, and memory stays bounded', async () => {
    const { viewer } = await shell()
    viewer.slowMs = 65
    viewer.type('yes\r')
    await viewer.until(() => viewer.rendered > 500_000, 'a flood')
    const before = memoryBytes()
    const ahead: number[] = []
    await viewer.until(() => {
      ahead.push(viewer.offset - viewer.rendered)
      return viewer.rendered > 3_000_000
    }, 'more of it')
    expect(Math.max(...ahead)).toBeLessThanOrEqual(300 * 1024) // 192 KiB and what it renders in 12 ms
    expect(memoryBytes() - before).toBeLessThan(48 * 1024 * 1024)
    const at = performance.now()
    viewer.type('\x03')
    viewer.type('echo sto""pped\r')
    await viewer.shows(/^(# )?stopped$/m)
    expect(performance.now() - at).toBeLessThan(2_000)
  })

  test('a page that never acknowledges holds nobody up and gets a drawing when it wakes', async () => {
    const { viewer: dead } = await shell()
    dead.acknowledges = false
    const awake = page()
    await awake.hello(ticket())
    awake.type('head -c 5000000 /dev/zero | tr "\\0" z; echo; echo fin""ished\r')
    await awake.shows(/^finished$/m)
    expect(dead.output.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(300 * 1024)
    dead.acknowledges = true
    dead.send({ type: 'ack', offset: dead.offset })
    await dead.shows(/^finished$/m)
    expect(dead.screen()).toBe(awake.screen())
  })

  test('a lone page that stops rendering does not stop the work', { timeout: 30_000 }, async () => {
    const { viewer } = await shell()
    viewer.acknowledges = false
    viewer.type(`head -c 5000000 /dev/zero | tr "\\0" z; touch ${folder}/done-$$\r`)
    await viewer.until(() => readdirSync(folder).some((name) => name.startsWith('done-')), 'the work done', 15_000)
  })

  test('a paste of 5,000 lines arrives as 5,000 lines', async () => {
    const { viewer } = await shell()
    viewer.type(`stty -echo; cat > ${folder}/pasted; echo sa""ved; stty echo\r`)
    await viewer.until(() => readdirSync(folder).includes('pasted'), 'cat')
    const text = Array.from({ length: 5_000 }, (_, n) => `line ${n} of a long paste\n`).join('')
    for (let at = 0; at < text.length; at += 16_384) viewer.type(text.slice(at, at + 16_384))
    viewer.type('\x04')
    await viewer.shows('saved')
    expect(readFileSync(path.join(folder, 'pasted'), 'utf8')).toBe(text)
  })
})

describe('what ends a console', () => {
  test('its owner closes it', async () => {
    const { viewer, ready } = await shell()
    all.consoles.close(all.consoles.joinable(mk, ready.consoleId), 'Closed by mk.')
    expect(await viewer.message('exit')).toMatchObject({ reason: 'Closed by mk.' })
    expect(all.consoles.latest(mk, www.id)).toBeUndefined()
  })

  test('its jail stops, or is another run of it', async () => {
    const { viewer } = await shell()
    all.world.jail = { ...www, state: 'down', jid: null }
    all.consoles.jailChanged(www.id)
    expect(await viewer.message('exit')).toMatchObject({ reason: 'www was stopped.' })
    all.world.jail = www
    const { viewer: next } = await shell()
    all.world.jail = { ...www, jid: 9 }
    all.consoles.jailChanged(www.id)
    expect(await next.message('exit')).toMatchObject({ reason: 'www was stopped.' })
  })

  test.each([
    ['kill -HUP $$', null],
    ["sh -c 'kill -TERM $$'; exit $?", 143],
  ])('its jail stops, and its shell was gone first: %s', async (command, exitCode) => {
    all.world.argv = ['/bin/sh', '-c', command]
    const viewer = page()
    await viewer.hello(ticket())
    await expect.poll(() => all.world.waitsForJail).toBe(true)
    expect(viewer.told.some(({ type }) => type === 'exit')).toBe(false)
    all.world.jail = { ...www, state: 'down', jid: null }
    expect(await viewer.message('exit')).toMatchObject({ reason: 'www was stopped.', exitCode })
  })

  test('a shell that is killed in a jail that goes on is said to be', async () => {
    all.world.jailStays = true
    const { viewer } = await shell()
    viewer.type('kill -9 $$\r')
    expect(await viewer.message('exit')).toMatchObject({ reason: 'The shell was ended by signal 9.', exitCode: null })
  })

  test('its owner loses the right', async () => {
    const { viewer } = await shell()
    all.world.may.delete(mk.userId)
    expect((await viewer.message('exit')).reason).toMatch(/no longer has the right/)
  })

  test('a session that ended closes the page only; idle pages too; an unseen console in the end', async () => {
    const { viewer, ready } = await shell()
    all.world.sessionIsGood = false
    expect(await viewer.message('error')).toMatchObject({ code: 'unauthenticated' })
    expect(all.consoles.list(mk)).toMatchObject([{ id: ready.consoleId, viewers: 0, ended: null }])
    await all.stop()
    all = await startTestConsoles({ viewIdleMs: 300, unseenMs: 600, sweepMs: 50 })
    const { viewer: idle, ready: second } = await shell()
    expect(await idle.message('error')).toMatchObject({ code: 'idle' })
    await idle.until(
      () => all.consoles.list(mk).find(({ id }) => id === second.consoleId)?.ended !== null,
      'closed for disuse',
    )
  })

  test('30 consoles leave no process, descriptor or console behind', { timeout: 60_000 }, async () => {
    const descriptors = () => readdirSync('/proc/self/fd').length
    const children = () => readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim()
    await all.stop()
    all = await startTestConsoles({ endedKeptMs: 0, sweepMs: 20 })
    const before = [descriptors(), children()]
    for (let n = 0; n < 30; n += 1) {
      const viewer = page()
      await viewer.hello(ticket({ fresh: true }))
      viewer.type('exit\r')
      await viewer.message('exit')
      viewer.leave()
    }
    await expect.poll(() => all.consoles.list(mk)).toEqual([])
    await expect.poll(() => [descriptors() <= (before[0] as number) + 1, children()]).toEqual([true, before[1]])
  })
})

describe('what is refused', () => {
  test('no session, a ticket used twice, a ticket of another session', async () => {
    const nobody = page({ cookie: 'none' })
    await nobody.opened()
    expect(nobody.closed?.reason).toContain('401')
    const once = ticket()
    await page().hello(once)
    const twice = page()
    await expect(twice.hello(once)).rejects.toThrow(/used before/)
    expect(twice.closed?.code).toBe(1008)
    const stolen = page({ cookie: 'other' })
    await expect(stolen.hello(ticket())).rejects.toThrow(/not made for you/)
  })

  test('consoles of others, unknown consoles, jails that are down, more than the limit', async () => {
    const { ready } = await shell()
    all.world.may.delete(jo.userId)
    expect(() => all.consoles.joinable(jo, ready.consoleId)).toThrow('gone')
    expect(all.consoles.list(jo)).toEqual([])
    await expect(page().hello(ticket({ consoleId: randomUUID() }))).rejects.toThrow('not_found')
    all.world.jail = { ...www, state: 'down' }
    await expect(page().hello(ticket({ fresh: true }))).rejects.toThrow('www is not running. Start it first.')
    all.world.jail = www
    for (let n = 1; n < 8; n += 1) await page().hello(ticket({ fresh: true }))
    await expect(page().hello(ticket({ fresh: true }))).rejects.toThrow('You have 8 consoles open already.')
  })

  test('nothing opens while the audit cannot be written', async () => {
    all.world.auditFails = true
    await expect(page().hello(ticket())).rejects.toThrow('internal')
    expect(all.consoles.list(mk)).toEqual([])
    expect(all.world.log).toEqual(['console: could not be opened: disk full'])
  })

  test.each([
    ['text that is no JSON', (viewer: TestViewer) => viewer.send('{'), 1008, 'A control message that is none.'],
    [
      'an unknown message',
      (viewer: TestViewer) => viewer.send('{"type":"destroy"}'),
      1008,
      'A control message that is none.',
    ],
    [
      'size 0',
      (viewer: TestViewer) => viewer.send('{"type":"resize","cols":0,"rows":24}'),
      1008,
      'A control message that is none.',
    ],
    [
      'size 10,000',
      (viewer: TestViewer) => viewer.send({ type: 'resize', cols: 10_000, rows: 24 }),
      1008,
      'A control message that is none.',
    ],
    [
      'bytes never sent',
      (viewer: TestViewer) => viewer.send({ type: 'ack', offset: 1e9 }),
      1008,
      'Bytes were acknowledged that were never sent.',
    ],
    [
      'a second hello',
      (viewer: TestViewer) => viewer.send({ type: 'hello', ticket: 'x', viewer: viewer.id, cols: 80, rows: 24 }),
      1008,
      'A second hello.',
    ],
    ['a frame too large', (viewer: TestViewer) => viewer.socket.send(Buffer.alloc(70_000)), 1009, ''],
    [
      'too many frames',
      (viewer: TestViewer) => {
        for (let n = 0; n < 1_000; n += 1) viewer.send({ type: 'ack', offset: 0 })
      },
      1008,
      'Too many frames.',
    ],
  ])('%s', async (_, act, code, reason) => {
    const { viewer, ready } = await shell()
    const { viewer: other } = await shell()
    act(viewer)
    await viewer.until(() => viewer.closed !== undefined, 'closed')
    expect(viewer.closed).toEqual({ code, reason })
    other.type('echo un""disturbed\r')
    await other.shows(/^undisturbed$/m)
    expect(all.consoles.list(mk)).toMatchObject([{ id: ready.consoleId, ended: null }])
  })

  test('bytes or messages before hello', async () => {
    const early = await page().opened()
    early.type('rm -rf /\r')
    await early.until(() => early.closed !== undefined, 'closed')
    expect(early.closed).toEqual({ code: 1008, reason: 'Bytes came before hello.' })
  })
})
