import { existsSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NewJail } from '@/lib/contract/jail-verbs.ts'
import type { JailName } from '@/lib/jail-name.ts'
import type { Change } from '../drivers/driver.ts'
import { createTestSandbox, startTestHost, type TestHost, type TestSandbox } from '../host/test-sandbox.ts'
import type { JobPlan } from '../jobs/job-plan.ts'
import { type JobOutcome, runPlan } from '../jobs/job-run.ts'
import { runOnly } from '../jobs/run-only.ts'
import { previewChange } from './preview-change.ts'

interface Ran extends JobOutcome {
  lines: string[]
  progress: number[]
}

describe.each(['0.9.7', '1.13'] as const)('changes through iocage %s', (dialect) => {
  let sandbox: TestSandbox
  let host: TestHost

  beforeAll(async () => {
    sandbox = createTestSandbox(dialect)
    host = await startTestHost(sandbox.access())
  })
  afterAll(async () => {
    host[Symbol.dispose]()
    await sandbox[Symbol.asyncDispose]()
  })

  /** Runs plans as the job engine does, one after the other, without its database. */
  async function runAll(plans: readonly JobPlan[], signal = new AbortController().signal): Promise<Ran[]> {
    const ran: Ran[] = []
    for (const plan of plans) {
      const lines: string[] = []
      const progress: number[] = []
      const outcome = await runPlan(plan, signal, {
        run: runOnly(sandbox.access()),
        onLines: (more) => lines.push(...more.map(({ text }) => text)),
        onProgress: (part) => progress.push(part),
        onProcess: () => {},
        log: () => {},
      })
      ran.push({ ...outcome, lines, progress })
    }
    return ran
  }
  async function plansOf(change: Change): Promise<readonly JobPlan[]> {
    const { plan, problems } = await host.planner.plan(change)
    expect(problems.flat()).toEqual([])
    return 'children' in plan ? plan.children : [plan]
  }
  const run = async (change: Change) => runAll(await plansOf(change))
  const only = async (change: Change) => {
    const [first] = await run(change)
    if (first === undefined) throw new Error('nothing ran')
    return first
  }
  const succeeded = async (change: Change) => {
    const ran = await only(change)
    expect(ran, ran.lines.join('\n')).toMatchObject({ state: 'succeeded', failure: null })
    return ran
  }
  const newJail = (tag: string, more: Partial<NewJail> = {}): NewJail => ({
    tag: tag as JailName,
    source: { kind: 'release', name: '11.0-RELEASE' },
    ip4: [],
    boot: false,
    vnet: false,
    ...more,
  })
  const create = (jails: NewJail[], start = false): Change => ({ verb: 'jail.create', input: { jails, start } })
  const address = (last: number) => [{ interface: 'igb0', address: `10.0.1.${last}`, prefix: 24 }]
  const id = (tag: string) => host.jail(tag).id

  test('a release cannot be fetched before a pool is active', async () => {
    const { problems } = await host.planner.plan({ verb: 'release.fetch', input: { release: '11.0-RELEASE' } })
    expect(problems.flat().join(' ')).toMatch(/No pool is active/)
  })

  test('activate a pool', async () => {
    await succeeded({ verb: 'pool.activate', input: { pool: 'tank' } })
    expect(host.inventory.snapshot().host.pools).toMatchObject([{ name: 'tank', active: true }])
  })

  test('fetching fails in words when the mirror is away', async () => {
    sandbox.fault('mirror-away', true)
    const ran = await only({ verb: 'release.fetch', input: { release: '11.0-RELEASE' } })
    sandbox.fault('mirror-away', false)
    expect(ran.failure?.message).toBe('The mirror cannot be reached from this host.')
    expect(host.inventory.snapshot().releases.filter(({ fetched }) => fetched)).toEqual([])
  })

  test('fetch a release, with progress', async () => {
    const { progress } = await succeeded({ verb: 'release.fetch', input: { release: '11.0-RELEASE' } })
    expect(progress.length).toBeGreaterThan(3)
    expect(progress).toEqual(progress.toSorted((a, b) => a - b))
    const offered = await host.inventory.waitFor(
      ({ releases }) => releases.some(({ name, fetched }) => name === '13.5-RELEASE' && !fetched),
      20_000,
    )
    expect(offered, 'the mirror’s own list is shown').toBe(true)
  })

  test('the primer’s jail: create with an address and a host name, start, stop, template, and www from it', async () => {
    await succeeded(create([newJail('template', { ip4: address(100), hostHostname: 'template' })], true))
    expect(host.jail('template')).toMatchObject({
      state: 'up',
      hostHostname: 'template',
      ip4: [{ interface: 'igb0', address: '10.0.1.100', prefix: 24 }],
    })
    await succeeded({ verb: 'jail.restart', input: { id: id('template') } })
    await succeeded({ verb: 'jail.stop', input: { id: id('template') } })
    await succeeded({ verb: 'jail.convertToTemplate', input: { id: id('template') } })
    expect(host.jail('template').kind).toBe('template')
    await succeeded(create([newJail('www', { source: { kind: 'template', name: 'template' }, ip4: address(2) })]))
    const sourced = await host.inventory.waitFor(() => host.jail('www').source?.kind === 'template', 5_000)
    expect(sourced).toBe(true)
    expect(host.jail('www')).toMatchObject({ state: 'down', jid: null })
    await succeeded({ verb: 'jail.start', input: { id: id('www') } })
    expect(host.jail('www').jid).toBeGreaterThan(0)
  })

  test('several at once, side by side where iocage can: each gets its address', async () => {
    const tags = ['web01', 'web02', 'web03']
    const plans = await plansOf(create(tags.map((tag, n) => newJail(tag, { ip4: address(20 + n), boot: true }))))
    // The older iocage cannot make two at once, so its plans share a lock.
    expect(plans.every(({ locks }) => locks.includes('iocage:folders'))).toBe(dialect === '0.9.7')
    const ran =
      dialect === '0.9.7' ? await runAll(plans) : (await Promise.all(plans.map((plan) => runAll([plan])))).flat()
    expect(ran.map(({ state, failure }) => [state, failure])).toEqual(tags.map(() => ['succeeded', null]))
    expect(tags.map((tag) => host.jail(tag).ip4[0]?.address)).toEqual(['10.0.1.20', '10.0.1.21', '10.0.1.22'])
    expect(tags.map((tag) => host.jail(tag))).toMatchObject(tags.map(() => ({ boot: true, state: 'down' })))
  })

  test('set a property', async () => {
    await succeeded({
      verb: 'jail.set',
      input: { id: id('web01'), property: 'host_hostname', value: 'web.example.org' },
    })
    expect(host.jail('web01').hostHostname).toBe('web.example.org')
    await succeeded({ verb: 'jail.set', input: { id: id('web01'), property: 'boot', value: 'off' } })
    expect(host.jail('web01').boot).toBe(false)
    await succeeded({
      verb: 'jail.set',
      input: { id: id('web01'), property: 'notes', value: 'shop’s; $(front) "end"' },
    })
    expect(host.jail('web01').notes).toBe('shop’s; $(front) "end"')
  })

  test('an address that someone else took meanwhile is refused before anything runs', async () => {
    const plans = await plansOf({
      verb: 'jail.set',
      input: { id: id('web01'), property: 'ip4_addr', value: 'igb0|10.0.1.77/24' },
    })
    await succeeded({ verb: 'jail.set', input: { id: id('web02'), property: 'ip4_addr', value: 'igb0|10.0.1.77/24' } })
    const [ran] = await runAll(plans)
    expect(ran).toMatchObject({ state: 'failed', failure: { message: '10.0.1.77 is in use by web02.' } })
    expect(ran?.lines).toEqual([])
  })

  test('a jail that was destroyed in a terminal meanwhile is not taken for another', async () => {
    await succeeded(create([newJail('brief')]))
    const plans = await plansOf({ verb: 'jail.start', input: { id: id('brief') } })
    await sandbox.run('iocage', 'destroy', '-f', 'brief')
    const [ran] = await runAll(plans)
    expect(ran).toMatchObject({ state: 'failed', failure: { message: 'This jail is gone.' } })
    expect(ran?.lines).toEqual([])
    expect(await host.inventory.waitFor(() => host.inventory.findByTag('brief') === undefined, 5_000)).toBe(true)
  })

  test('a name that was taken in a terminal meanwhile', async () => {
    const plans = await plansOf(create([newJail('taken')]))
    await sandbox.run(
      'iocage',
      ...(dialect === '0.9.7' ? ['create', 'tag=taken', '-e'] : ['create', '-n', 'taken', '-e']),
    )
    const [ran] = await runAll(plans)
    expect(ran?.failure?.message).toMatch(/named taken already/)
    expect(host.inventory.snapshot().jails.filter(({ tag }) => tag === 'taken')).toHaveLength(1)
  })

  test('a full disk in the middle of create leaves nothing half-made', async () => {
    const before = host.inventory.snapshot().jails.map((jail) => jail.id)
    const plans = await plansOf(create([newJail('full', { ip4: address(60) })]))
    sandbox.fault('disk-full', true)
    const [ran] = await runAll(plans)
    sandbox.fault('disk-full', false)
    expect(ran?.failure?.message, ran?.lines.join('\n')).toMatch(/pool is full/)
    await host.inventory.refresh()
    expect(
      host.inventory
        .snapshot()
        .jails.map((jail) => jail.id)
        .toSorted(),
    ).toEqual(before.toSorted())
    await succeeded(create([newJail('full', { ip4: address(60) })]))
  })

  test('a jail that cannot start stays, and the failure says why', async () => {
    await succeeded(create([newJail('broken')]))
    const root = path.join(sandbox.files, host.inventory.rootPath(id('broken')) ?? '')
    const away = path.join(root, 'etc/rc.away')
    renameSync(path.join(root, 'etc/rc'), away)
    const ran = await only({ verb: 'jail.start', input: { id: id('broken') } })
    renameSync(away, path.join(root, 'etc/rc'))
    expect(ran.state, ran.lines.join('\n')).toBe('failed')
    expect(ran.failure?.message).toMatch(/services did not start|exec_start failed/)
    // The older iocage leaves such a jail up, and the failure says so.
    expect(ran.failure?.message.startsWith('broken is up.')).toBe(host.jail('broken').state === 'up')
    if (host.jail('broken').state === 'up') await succeeded({ verb: 'jail.stop', input: { id: id('broken') } })
  })

  test('a jail whose root leads iocage to the host’s files is not started', async () => {
    const root = path.join(sandbox.files, host.inventory.rootPath(id('broken')) ?? '')
    rmSync(path.join(root, 'etc/resolv.conf'), { force: true })
    symlinkSync('/etc/passwd', path.join(root, 'etc/resolv.conf'))
    const ran = await only({ verb: 'jail.start', input: { id: id('broken') } })
    rmSync(path.join(root, 'etc/resolv.conf'))
    expect(ran.failure?.message).toMatch(/\/etc\/resolv.conf in the jail is a link that leads out/)
    expect(ran.lines).toEqual([])
  })

  test('a jail that is half there is shown, and destroyed', async () => {
    const config = path.join(sandbox.files, `${host.inventory.rootPath(id('broken'))}/../config.json`)
    const { state } = host.jail('broken')
    expect(state).toBe('down')
    rmSync(config)
    expect(await host.inventory.waitFor(() => host.jail('broken').state === 'unreadable', 5_000)).toBe(true)
    expect(host.jail('broken').problem).toMatch(/config.json is missing/)
    // The older iocage does nothing at all now, so it cannot be the one that destroys this.
    expect((await sandbox.run('iocage', 'list')).exitCode === 0).toBe(dialect === '1.13')
    await succeeded({ verb: 'jail.destroy', input: { id: id('broken'), confirm: 'broken' } })
    expect((await sandbox.run('iocage', 'list')).output).not.toMatch(/broken|missing/)
    const left = await sandbox.run('zfs', 'list', '-H', '-o', 'name', '-t', 'all')
    expect(left.output).not.toContain(path.basename(path.dirname(config)))
    await succeeded(create([newJail('broken')]))
  })

  test('destroy: only what is down, and never with what was made from it', async () => {
    const refused = async (tag: string) =>
      (await host.planner.plan({ verb: 'jail.destroy', input: { id: id(tag), confirm: tag } })).problems
        .flat()
        .join(' ')
    expect(await refused('www')).toMatch(/www is up. Stop it first/)
    expect(await refused('template')).toMatch(/source of www/)
    await succeeded({ verb: 'jail.stop', input: { id: id('www') } })
    const preview = await previewChange(host.planner, 'jail.destroy', { id: id('www'), confirm: 'www' })
    expect(preview.groups[0]?.effects.join(' ')).toMatch(/tank\/iocage\/jails\/.*\/root/)
    await succeeded({ verb: 'jail.destroy', input: { id: id('www'), confirm: 'www' } })
    await succeeded({ verb: 'jail.destroy', input: { id: id('template'), confirm: 'template' } })
  })

  test('bulk: start and stop several', async () => {
    const ids = [id('web01'), id('web02')]
    const jails = ids.map((one) => ({ id: one }))
    expect((await run({ verb: 'jail.bulk', input: { jails, action: 'start' } })).map(({ state }) => state)).toEqual([
      'succeeded',
      'succeeded',
    ])
    expect(ids.map((one) => host.inventory.find(one)?.state)).toEqual(['up', 'up'])
    await run({ verb: 'jail.bulk', input: { jails, action: 'stop' } })
    expect(ids.map((one) => host.inventory.find(one)?.state)).toEqual(['down', 'down'])
  })

  test('the preview shows the commands that run', async () => {
    const { groups } = await previewChange(host.planner, 'jail.create', {
      jails: [newJail('shop', { ip4: address(90) })],
      start: true,
    })
    expect(groups).toMatchObject([{ problems: [], effects: [] }])
    expect(groups[0]?.commands.map((argv) => argv[0])).toEqual(['iocage', 'iocage', 'iocage'])
    await expect(previewChange(host.planner, 'session.login', {})).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(previewChange(host.planner, 'jail.create', { jails: [{ tag: '-x' }] })).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })

  test('a fetch that is cancelled leaves no half release', async () => {
    const abort = new AbortController()
    const plans = await plansOf({ verb: 'release.fetch', input: { release: '14.4-RELEASE' } })
    const ended = runAll(plans, abort.signal)
    await host.inventory.waitFor(() => existsSync(path.join(sandbox.files, downloads(host), '14.4-RELEASE')), 10_000)
    abort.abort('cancelled')
    expect((await ended)[0]?.state).toBe('cancelled')
    expect(host.inventory.snapshot().releases.find(({ name }) => name === '14.4-RELEASE')?.fetched).toBe(false)
  })
})

/** iocage's folder of downloads on the host, from where its jails are. */
function downloads(host: TestHost): string {
  const [jail] = host.inventory.snapshot().jails
  const root = jail === undefined ? undefined : host.inventory.rootPath(jail.id)
  return path.join(root ?? '/', '../../../download')
}
