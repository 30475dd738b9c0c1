import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ServiceEvent } from '@/lib/events.ts'
import { createTestSandbox, startTestHost, type TestHost, type TestSandbox } from '../host/test-sandbox.ts'

/** What the issue promises for a change made in a terminal, in milliseconds after the command ended. */
const SEEN_WITHIN_MS = 1_000

const changed =
  (tag: string, also: (jail: Extract<ServiceEvent, { type: 'jail.changed' }>['jail']) => boolean = () => true) =>
  (event: ServiceEvent) =>
    event.type === 'jail.changed' && event.jail.tag === tag && also(event.jail)

describe.each(['0.9.7', '1.13'] as const)('iocage %s, used in a terminal', (dialect) => {
  let sandbox: TestSandbox
  let host: TestHost
  const create = (tag: string, ...rest: string[]) =>
    dialect === '0.9.7' ? ['create', `tag=${tag}`, ...rest] : ['create', '-n', tag, ...rest]

  beforeAll(async () => {
    sandbox = createTestSandbox(dialect)
    await sandbox.run('jls')
    host = await startTestHost(sandbox.access())
  })
  afterAll(async () => {
    host[Symbol.dispose]()
    await sandbox[Symbol.asyncDispose]()
  })

  /** Runs a command and tells how long after its end the event came; negative when before. */
  async function lag(matches: (event: ServiceEvent) => boolean, ...argv: string[]): Promise<number> {
    const event = host.next(matches, 30_000)
    const { output, exitCode } = await sandbox.run('iocage', ...argv)
    const ended = performance.now()
    expect(exitCode, output).toBe(0)
    return (await event).at - ended
  }

  test('a new host: no pool is active, nothing is there, nothing was changed by looking', async () => {
    const { host: state, jails } = host.inventory.snapshot()
    expect(state.pools).toMatchObject([{ name: 'tank', active: false }])
    expect(state.driver).toEqual({
      name: 'iocage',
      version: dialect,
      dialect: dialect === '0.9.7' ? 'uuid-tag' : 'name',
    })
    expect(state.problems).toEqual([])
    expect(state.sandbox).toMatch(/not FreeBSD/)
    expect(jails).toEqual([])
    const marks = await sandbox.run('zfs', 'get', '-H', '-o', 'value', 'org.freebsd.ioc:active', 'tank')
    expect(marks.output.trim()).toBe('-')
  })

  test('activate and fetch', async () => {
    const active = host.next((event) => event.type === 'host.changed' && event.hostState.pools[0]?.active === true)
    await sandbox.run('iocage', 'activate', 'tank')
    await active
    const fetched = (event: ServiceEvent) =>
      event.type === 'releases.changed' && event.releases.some((release) => release.fetched && release.patch !== null)
    expect(await lag(fetched, 'fetch', '-r', '11.0-RELEASE')).toBeLessThan(2_500) // the pool's first use is polled
    const release = host.inventory.snapshot().releases.find(({ name }) => name === '11.0-RELEASE')
    expect(release).toMatchObject({ fetched: true, endOfLifePassed: true })
  })

  test('a jail appears, changes, starts, stops, moves and goes, each within a second', async () => {
    const lags: Record<string, number> = {}
    lags['create'] = await lag(changed('www'), ...create('www', '-r', '11.0-RELEASE'))
    lags['set'] = await lag(
      changed('www', ({ ip4 }) => ip4[0]?.address === '10.0.1.2'),
      'set',
      'ip4_addr=igb0|10.0.1.2/24',
      'www',
    )
    lags['start'] = await lag(
      changed('www', ({ state }) => state === 'up'),
      'start',
      'www',
    )
    expect(host.jail('www').jid).toBeGreaterThan(0)
    expect([...host.inventory.addressHolders()]).toContainEqual(['10.0.1.2', host.jail('www').id])
    lags['stop'] = await lag(
      changed('www', ({ state }) => state === 'down'),
      'stop',
      'www',
    )
    const { id } = host.jail('www')
    lags['template'] = await lag(
      changed('www', ({ kind }) => kind === 'template'),
      'set',
      'template=yes',
      'www',
    )
    expect(host.jail('www').id).toBe(id)
    lags['from template'] = await lag(
      changed('shop', ({ source }) => source?.kind === 'template' && source.name === 'www'),
      ...create('shop', '-t', 'www'),
    )
    const shop = host.jail('shop').id
    lags['destroy'] = await lag((event) => event.type === 'jail.removed' && event.id === shop, 'destroy', '-f', 'shop')
    for (const [what, ms] of Object.entries(lags))
      expect(ms, `${what}: ${JSON.stringify(lags)}`).toBeLessThan(SEEN_WITHIN_MS)
    expect(host.seen.some(({ event }) => event.type === 'jail.removed' && event.id === id)).toBe(false)
  })

  test('a jail that dies without iocage is seen', async () => {
    await sandbox.run('iocage', ...create('mortal', '-r', '11.0-RELEASE'))
    await sandbox.run('iocage', 'start', 'mortal')
    await host.inventory.waitFor(() => host.inventory.findByTag('mortal')?.state === 'up', 5_000)
    const down = host.next(changed('mortal', ({ state }) => state === 'down'))
    await sandbox.run('jail', '-r', String(host.jail('mortal').jid))
    const ended = performance.now()
    expect((await down).at - ended).toBeLessThan(SEEN_WITHIN_MS)
  })

  test('a jail made by hand stands in the table and cannot be changed', async () => {
    const root = host.inventory.rootPath(host.jail('mortal').id)
    const appeared = host.next(changed('byhand'))
    const { output } = await sandbox.run('jail', '-c', 'name=byhand', `path=${root}`, 'host.hostname=byhand', 'persist')
    await appeared.catch((error: unknown) => expect.fail(`${String(error)} ${output}`))
    expect(host.jail('byhand')).toMatchObject({ id: 'kernel:byhand', driver: null, state: 'up' })
    expect(host.jail('byhand').readOnly).toMatch(/not made by iocage/)
    const gone = host.next((event) => event.type === 'jail.removed' && event.id === 'kernel:byhand')
    await sandbox.run('jail', '-r', 'byhand')
    await gone
  })

  test('a damaged configuration marks its row only, and heals', async () => {
    const file = path.join(sandbox.files, `${host.inventory.rootPath(host.jail('mortal').id)}/../config.json`)
    const whole = readFileSync(file, 'utf8')
    const damaged = host.next(changed('mortal', ({ state }) => state === 'unreadable'))
    writeFileSync(file, whole.slice(0, 40))
    await damaged
    expect(host.jail('mortal').problem).toMatch(/config.json is not valid JSON at line/)
    expect(host.jail('www')).toMatchObject({ kind: 'template', problem: null })
    const healed = host.next(changed('mortal', ({ state }) => state === 'down'))
    writeFileSync(file, whole)
    await healed
    expect(host.jail('mortal').problem).toBeNull()
  })

  test('looking costs little', async () => {
    const before = process.cpuUsage()
    const begin = performance.now()
    for (let n = 0; n < 5; n += 1) await host.inventory.look()
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1_000 / 5, 'milliseconds of processor time a look').toBeLessThan(60)
    expect((performance.now() - begin) / 5, 'milliseconds a look').toBeLessThan(250)
  })
})

describe('a host whose commands do not do what they should', () => {
  let sandbox: TestSandbox
  let folder: string
  /** A program in the place of one of the host's. */
  const program = (name: string, ...lines: string[]) => {
    const file = path.join(folder, name)
    writeFileSync(file, ['#!/bin/sh', ...lines, ''].join('\n'))
    chmodSync(file, 0o755)
    return file
  }
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'cellblock-broken-'))
    sandbox = createTestSandbox('0.9.7')
    await sandbox.run('iocage', 'activate', 'tank')
    await sandbox.run('iocage', 'create', 'tag=lonely', '-e')
  })
  afterAll(async () => {
    await sandbox[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true })
  })
  const summaries = (host: TestHost) =>
    host.inventory
      .snapshot()
      .host.problems.map(({ summary }) => summary)
      .join(' ')

  test('iocage is missing: jails are still shown, and why nothing can be changed', async () => {
    using host = await startTestHost(sandbox.access({ iocage: '/nowhere/iocage' }))
    expect(summaries(host)).toMatch(/iocage is not installed: there is no \/nowhere\/iocage/)
    expect(host.inventory.snapshot().host.driver).toBeNull()
    expect(host.jail('lonely')).toMatchObject({ state: 'down' })
    const { problems } = await host.planner.plan({ verb: 'jail.start', input: { id: host.jail('lonely').id } })
    expect(problems.flat().join(' ')).toMatch(/not installed/)
  })
  test.each([
    ['prints nonsense', ['echo "~~~"'], /does not say which version/],
    ['fails', ['echo "ImportError: no module" >&2', 'exit 3'], /ended with exit code 3 and said “ImportError/],
  ])('iocage %s', async (_, lines, words) => {
    using host = await startTestHost(sandbox.access({ iocage: program('iocage', ...lines) }))
    expect(summaries(host)).toMatch(words)
    expect(host.jail('lonely')).toMatchObject({ state: 'down' })
  })
  test('iocage hangs: what runs is seen meanwhile', { timeout: 40_000 }, async () => {
    const begin = performance.now()
    using host = await startTestHost(sandbox.access({ iocage: program('iocage', 'exec sleep 60') }))
    expect(summaries(host)).toMatch(/had not answered within 10 s/)
    const seen = host.seen.find(({ event }) => event.type === 'jail.changed' && event.jail.tag === 'lonely')
    expect((seen?.at ?? Infinity) - begin).toBeLessThan(2_000)
  })
  test('jls prints nonsense: the last known state stays, and its age is told', async () => {
    const jls = program('jls', `exec ${sandbox.bin}/jls "$@"`)
    using host = await startTestHost(sandbox.access({ jls }))
    expect(summaries(host)).toBe('')
    program('jls', 'echo "<html>"')
    await host.inventory.waitFor(() => summaries(host) !== '', 5_000)
    expect(host.inventory.snapshot().host.problems[0]?.summary).toMatch(/no list of jails/)
    expect(host.inventory.snapshot().host.problems[0]?.hint).toMatch(/ran at \d{4}-/)
    expect(host.jail('lonely')).toMatchObject({ tag: 'lonely' })
    program('jls', `exec ${sandbox.bin}/jls "$@"`)
    expect(await host.inventory.waitFor(() => summaries(host) === '', 5_000)).toBe(true)
  })
  test('zfs does not answer: what is known stays', async () => {
    const zpool = program('zpool', `exec ${sandbox.bin}/zpool "$@"`)
    using host = await startTestHost(sandbox.access({ zpool }))
    program('zpool', 'echo "internal error: failed to initialize ZFS library" >&2', 'exit 1')
    await host.inventory.refresh()
    expect(summaries(host)).toMatch(/pools cannot be read.*failed to initialize/)
    expect(host.jail('lonely')).toMatchObject({ tag: 'lonely' })
  })
})
