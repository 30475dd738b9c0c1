import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { DEFAULT_RECORDING_POLICY } from '@/lib/recording.ts'
import type { TestConsoles } from '../console/test-consoles.ts'
import { mk, startTestConsoles, www } from '../console/test-consoles.ts'
import { openDb } from '../db.ts'
import { openRecordings } from './recordings.ts'

const record = { ...DEFAULT_RECORDING_POLICY, otherwise: 'on' } as const
const everything = { limit: 50 }

let all: TestConsoles
async function start(options?: Parameters<typeof startTestConsoles>[1]): Promise<TestConsoles> {
  all = await startTestConsoles({}, options)
  return all
}
afterEach(() => all.stop())

/** Lines of a recording: the header, then the events. */
const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
const outputOf = (text: string) =>
  (linesOf(text).slice(1) as [number, string, string][])
    .filter(([, code]) => code === 'o')
    .map(([, , data]) => data)
    .join('')

describe('a recorded console', () => {
  test('leaves an asciicast of what it showed, and not of what was typed unseen; its hash is in the audit', async () => {
    const { recordings, world, shell } = await start()
    recordings.setPolicy(record)
    const { viewer, ready } = await shell({ cols: 90, rows: 25 })
    expect(await viewer.message('recording')).toMatchObject({ state: 'on' })
    viewer.type("stty -echo; echo pass'word:'; read secret; stty echo; echo got ${#secret}\r")
    await viewer.shows('password:')
    viewer.type('tr0ub4dor\r')
    await viewer.shows('got 9')
    viewer.send({ type: 'resize', cols: 100, rows: 30 })
    await viewer.until(() => viewer.terminal.cols === 100, 'another size')
    viewer.type("printf '\\346\\227\\245\\n\\377'; exit 4\r")
    await viewer.message('exit')

    await expect.poll(() => recordings.list(everything).recordings[0]?.state).toBe('complete')
    const [recording] = recordings.list(everything).recordings
    expect(recording).toMatchObject({ id: ready.consoleId, tag: 'www', userName: 'mk', reason: '', ending: '' })
    const { path: file, name } = recordings.file(ready.consoleId)
    expect(name).toMatch(/^www-mk-\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d\.cast$/)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700)
    const text = readFileSync(file, 'utf8')
    expect(linesOf(text)[0]).toMatchObject({ version: 2, width: 90, height: 25, command: '/bin/sh' })
    const times = (linesOf(text).slice(1) as [number, string, string][]).map(([time]) => time)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(linesOf(text)).toContainEqual([expect.any(Number), 'r', '100x30'])
    expect(outputOf(text)).toContain('got 9')
    expect(outputOf(text)).toContain('日\r\n\uFFFD')
    expect(text).not.toContain('tr0ub4dor')

    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex')
    expect(recording).toMatchObject({ sha256, bytes: statSync(file).size })
    expect(world.audit[0]?.detail).toBe(`Recorded as ${ready.consoleId}.`)
    await expect.poll(() => world.audit.at(-1)?.detail).toContain(`SHA-256 ${sha256}`)
  })

  test('is none where the policy does not want it: the jail’s rule first, then the role’s', async () => {
    const { recordings, page, ticket } = await start()
    recordings.setPolicy({ ...record, byJail: { [www.id]: 'off' } })
    const free = page()
    await free.hello(ticket({ fresh: true }))
    recordings.setPolicy({ ...record, otherwise: 'off', byRole: { admin: 'on' } })
    const { consoleId } = await page().hello(ticket({ fresh: true }))
    expect(recordings.list(everything).recordings.map(({ id }) => id)).toEqual([consoleId])
    expect(free.told.some(({ type }) => type === 'recording')).toBe(false)
  })

  test('is opened with a reason where the policy asks for one', async () => {
    const { recordings, page, ticket, world } = await start()
    recordings.setPolicy({ ...record, otherwise: 'reason' })
    await expect(page().hello(ticket())).rejects.toThrow('Say why you open this console')
    await page().hello(ticket({ reason: 'disk alarm of last night' }))
    expect(world.audit[0]?.detail).toContain('Reason: disk alarm of last night.')
    expect(recordings.list({ ...everything, search: 'ALARM' }).recordings).toHaveLength(1)
  })

  test('goes on after its recording reached the largest size, and says so', { timeout: 60_000 }, async () => {
    const { recordings, world, shell } = await start()
    recordings.setPolicy({ ...record, oneMib: 1 })
    const { viewer } = await shell()
    viewer.type('yes | head -c 3000000; echo do""ne\r')
    await viewer.shows(/^done$/m, 40_000)
    const stopped = 'The recording reached the largest size that is set.'
    await viewer.until(
      () => viewer.told.some((message) => message.type === 'recording' && message.message === stopped),
      'told',
    )
    expect(world.audit.find(({ verb }) => verb === 'console.recording')).toMatchObject({
      outcome: 'failed',
      detail: stopped,
    })
    viewer.type('exit\r')
    await viewer.message('exit')
    await expect.poll(() => recordings.list(everything).recordings[0]?.state).toBe('cut')
    const { path: file } = recordings.file(recordings.list(everything).recordings[0]?.id ?? '')
    expect(statSync(file).size).toBeLessThanOrEqual(1024 * 1024)
    expect(outputOf(readFileSync(file, 'utf8'))).toContain('y\r\ny\r\n')
  })

  test('ends with its recording where there must be one', { timeout: 60_000 }, async () => {
    const { recordings, shell } = await start()
    recordings.setPolicy({ ...record, oneMib: 1, whenImpossible: 'refuse' })
    const { viewer } = await shell()
    viewer.type('yes\r')
    expect((await viewer.message('exit')).reason).toBe(
      'The recording reached the largest size that is set. Consoles must be recorded here.',
    )
  })
})

describe('a folder that takes no recording', () => {
  test('lets the console be opened without, or not at all, as the policy says', async () => {
    const inTheWay = path.join(mkdtempSync(path.join(tmpdir(), 'cellblock-way-')), 'recordings')
    writeFileSync(inTheWay, 'a file')
    const { recordings, page, ticket, world, consoles } = await start({ recordingsFolder: inTheWay })
    recordings.setPolicy({ ...record, whenImpossible: 'refuse' })
    await expect(page().hello(ticket())).rejects.toThrow('would have to be recorded, and cannot be')
    expect(consoles.list(mk)).toEqual([])
    recordings.setPolicy(record)
    await page().hello(ticket())
    expect(consoles.list(mk)).toMatchObject([{ recorded: false }])
    expect(world.log.join('\n')).toMatch(/is not recorded: /)
    rmSync(path.dirname(inTheWay), { recursive: true })
  })

  // Mounting a file system that is small enough to be filled needs root.
  test.runIf(process.getuid?.() === 0)('and is full in the middle: said, audited, survived', async () => {
    const small = mkdtempSync(path.join(tmpdir(), 'cellblock-small-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'none', small])
    try {
      const { recordings, world, shell, stop } = await start({ recordingsFolder: path.join(small, 'r') })
      recordings.setPolicy(record)
      const { viewer, ready } = await shell()
      const { viewer: other } = await shell({}, { fresh: true })
      viewer.type('yes | head -c 600000; echo do""ne\r')
      await viewer.shows(/^done$/m, 40_000)
      await viewer.until(
        () => viewer.told.some((message) => message.type === 'recording' && message.state === 'stopped'),
        'told',
      )
      expect(world.audit.find(({ verb }) => verb === 'console.recording')?.detail).toBe(
        'The recording ended: the disk is full.',
      )
      other.type('echo undisturb""ed\r')
      await other.shows(/^undisturbed$/m)
      viewer.type('exit\r')
      await viewer.message('exit')
      await expect
        .poll(() => recordings.list(everything).recordings.find(({ id }) => id === ready.consoleId)?.state)
        .toBe('failed')
      // What was written before is whole lines, and the hash is theirs.
      const text = readFileSync(recordings.file(ready.consoleId).path)
      expect(linesOf(text.toString()).length).toBeGreaterThan(1)
      expect(recordings.list(everything).recordings.find(({ id }) => id === ready.consoleId)?.sha256).toBe(
        createHash('sha256').update(text).digest('hex'),
      )
      await stop()
      all = await startTestConsoles()
    } finally {
      execFileSync('umount', ['-l', small])
      rmSync(small, { recursive: true })
    }
  })
})

describe('the list', () => {
  test('is searched by jail, user, time and words, and read in pages; old and too much is removed', async () => {
    const { recordings, page, ticket, consoles, world } = await start()
    recordings.setPolicy(record)
    world.argv = ['/bin/echo', 'short']
    for (let n = 0; n < 5; n += 1)
      await page()
        .hello(ticket({ fresh: true }))
        .then(() => undefined)
    await expect
      .poll(() => recordings.list(everything).recordings.filter(({ state }) => state === 'complete').length)
      .toBe(5)
    const first = recordings.list({ limit: 2 })
    expect(first.more).toBe(true)
    const second = recordings.list({ limit: 10, before: first.recordings[1]?.id ?? '' })
    expect(second.recordings).toHaveLength(3)
    expect(second.more).toBe(false)
    expect(first.totalBytes).toBe(
      [...first.recordings, ...second.recordings].reduce((sum, { bytes }) => sum + bytes, 0),
    )
    const count = (query: object) => recordings.list({ ...everything, ...query }).recordings.length
    expect(count({ jailId: www.id })).toBe(5)
    expect(count({ jailId: 'iocage:db' })).toBe(0)
    expect(count({ userName: 'mk' })).toBe(5)
    expect(count({ userName: 'jo' })).toBe(0)
    expect(count({ search: 'w%' })).toBe(0)
    expect(count({ from: new Date(Date.now() + 60_000).toISOString() })).toBe(0)
    expect(count({ to: new Date(Date.now() + 60_000).toISOString() })).toBe(5)
    expect(recordings.sweep()).toEqual([])
    const removed = recordings.sweep(Date.now() + 91 * 86_400_000)
    expect(removed).toHaveLength(5)
    expect(count({})).toBe(0)
    expect(() => recordings.file(removed[0]?.id ?? '')).toThrow('This recording is gone.')
    await consoles.stop()
  })

  test('after a service that was killed says that a recording was interrupted', async () => {
    const { recordings, folder, shell } = await start()
    recordings.setPolicy(record)
    const { viewer, ready } = await shell()
    viewer.type('echo last-wor""ds\r')
    await viewer.shows('last-words')
    const { path: file } = recordings.file(ready.consoleId)
    await expect.poll(() => readFileSync(file, 'utf8')).toContain('last-words')
    // The next service reads what the killed one left: the same database and files.
    const db = openDb(path.join(folder, 'db'))
    const next = openRecordings(db, path.join(folder, 'recordings'), () => undefined)
    expect(next.list(everything).recordings).toMatchObject([
      {
        id: ready.consoleId,
        state: 'interrupted',
        ending: 'The jail service ended meanwhile.',
        sha256: expect.any(String),
      },
    ])
    expect(next.policy().otherwise).toBe('on')
    db.close()
  })
})
