import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Job } from '@/lib/job.ts'
import { createTestSandbox, type TestSandbox } from './host/test-sandbox.ts'
import { startTestService, type TestService, type TestStream } from './test-service.ts'

/** The whole service over a whole host: from the call to the row that changed. */
let sandbox: TestSandbox
let service: TestService
let stream: TestStream
const as = { as: 'admin' }
const RELEASE = '14.3-RELEASE'

beforeAll(async () => {
  sandbox = createTestSandbox('0.9.7')
  service = await startTestService({ bin: sandbox.bin, files: sandbox.files })
  await service.addRoles()
  stream = await service.events('admin')
  await done(await service.must('pool.activate', { pool: 'tank' }, as))
  await done(await service.must('release.fetch', { release: RELEASE }, as))
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await sandbox[Symbol.asyncDispose]()
})

const end = async (job: Job, from = stream): Promise<Job> =>
  (await from.next('job.changed', ({ job: told }) => told.id === job.id && told.endedAt !== null, 90_000)).job
async function done(job: Job): Promise<void> {
  const { state, failure } = await end(job)
  expect({ state, failure }).toEqual({ state: 'succeeded', failure: null })
}
const newJail = (tag: string, address?: string) => ({
  ...{ tag, source: { kind: 'release' as const, name: RELEASE }, boot: false, vnet: false },
  ip4: address === undefined ? [] : [{ interface: 'igb0', address, prefix: 24 }],
})
const jailOf = async (tag: string) =>
  (await service.must('host.snapshot', {}, as)).jails.find((jail) => jail.tag === tag)

describe('from a call to a jail', () => {
  test('create, start, stop: each a job with its command and lines, the rows change by events', async () => {
    await done(await service.must('jail.create', { jails: [newJail('www', '10.0.1.2')], start: false }, as))
    const made = (await stream.next('jail.changed', ({ jail }) => jail.tag === 'www')).jail
    const { groups } = await service.must('change.preview', { verb: 'jail.start', input: { id: made.id } }, as)
    const job = await service.must('jail.start', { id: made.id }, as)
    expect(groups).toMatchObject([{ label: 'Start www', commands: job.commands, problems: [] }])
    const commands = [['iocage', 'start', made.uuid]]
    expect(job).toMatchObject({ kind: 'jail.start', state: 'waiting', actor: 'admin', commands })
    await done(job)
    await stream.next('jail.changed', ({ jail }) => jail.id === made.id && jail.state === 'up' && jail.jid !== null)
    const { lines } = await service.must('job.detail', { id: job.id }, as)
    expect(lines.map(({ text }) => text).join('\n')).toMatch(
      /^iocage start [0-9a-f-]{36}\n\* Starting .*\(www\)\n {2}\+ Started OK/,
    )
    const refused = await service.call('jail.start', { id: made.id }, as)
    expect(refused).toMatchObject({ ok: false, error: { code: 'conflict', message: 'www is already up.' } })
    await done(await service.must('jail.stop', { id: made.id }, as))
    expect((await jailOf('www'))?.state).toBe('down')
  })

  test('the same change twice, at once and later, is one job; with the id of another it is a conflict', async () => {
    const id = (await jailOf('www'))?.id ?? ''
    const change = { ...as, changeId: randomUUID() }
    const both = await Promise.all([1, 2].map(() => service.must('jail.start', { id }, change)))
    expect(both.map((job) => job.id)).toEqual([change.changeId, change.changeId])
    await done(both[0] as Job)
    // www is up now: a new request would be refused, the repeated one is not.
    expect(await service.must('jail.start', { id }, change)).toMatchObject({ id: change.changeId, state: 'succeeded' })
    expect(await service.call('jail.stop', { id }, change)).toMatchObject({ ok: false, error: { code: 'conflict' } })
    const { jobs } = await service.must('job.list', { jailId: id, states: ['succeeded'] }, as)
    expect(jobs.filter(({ kind }) => kind === 'jail.start')).toHaveLength(2)
  })

  test('two changes of one jail wait for each other', async () => {
    const id = (await jailOf('www'))?.id ?? ''
    const stop = await service.must('jail.restart', { id }, as)
    const set = await service.must('jail.set', { id, property: 'notes', value: 'busy' }, as)
    const [first, second] = [await end(stop), await end(set)]
    expect(first.state).toBe('succeeded')
    expect(Date.parse(second.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(first.endedAt ?? ''))
  })

  test('a jail is started and changed while others are made, whose folders the older iocage cannot bear', async () => {
    const id = (await jailOf('www'))?.id ?? ''
    const making = await service.must(
      'jail.create',
      { jails: ['ab', 'cd', 'ef'].map((tag) => newJail(tag)), start: false },
      as,
    )
    const others = []
    for (const value of ['one', 'two', 'three', 'four'])
      others.push(await service.must('jail.set', { id, property: 'notes', value }, as))
    others.push(await service.must('jail.restart', { id }, as))
    for (const job of [making, ...others]) await done(job)
  })

  test('several at once are one bulk action with a job each', async () => {
    const bulk = await service.must(
      'jail.create',
      { jails: ['web01', 'web02', 'web03'].map((tag) => newJail(tag)), start: true },
      as,
    )
    expect(bulk.kind).toBe('bulk')
    await done(bulk)
    const { children } = await service.must('job.detail', { id: bulk.id }, as)
    expect(children.map(({ target, state }) => [target, state])).toEqual(
      ['web01', 'web02', 'web03'].map((tag) => [tag, 'succeeded']),
    )
    expect((await jailOf('web02'))?.state).toBe('up')
  })

  test('what is done in a terminal comes as events, also about a jail that iocage did not make', async () => {
    const root = '/iocage/releases/14.3-RELEASE/root'
    await sandbox.run('iocage', 'set', 'notes=typed', 'www')
    await stream.next('jail.changed', ({ jail }) => jail.tag === 'www' && jail.notes === 'typed')
    await sandbox.run('jail', '-c', 'name=byhand', `path=${root}`, 'host.hostname=byhand', 'persist')
    const { jail } = await stream.next('jail.changed', ({ jail: told }) => told.tag === 'byhand')
    expect(jail).toMatchObject({ driver: null, state: 'up', readOnly: expect.stringMatching(/not made by iocage/) })
    const detail = await service.must('jail.detail', { id: jail.id }, as)
    expect(detail.jail).toEqual(jail)
    for (const verb of ['jail.stop', 'jail.convertToTemplate'] as const)
      expect(await service.call(verb, { id: jail.id }, as)).toMatchObject({
        ok: false,
        error: { code: 'conflict', message: jail.readOnly },
      })
    await sandbox.run('jail', '-r', 'byhand')
    await stream.next('jail.removed', ({ id }) => id === jail.id)
  })

  test('the audit tells what was asked and what became of it, with the commands', async () => {
    const { rows } = await service.must('audit.list', { search: 'web01' }, as)
    expect(rows.map(({ outcome }) => outcome)).toContain('intent')
    const ended = rows.find(({ target, outcome }) => target === 'web01' && outcome === 'succeeded')
    expect(ended?.argv.some((argv) => argv.join(' ').startsWith('iocage create'))).toBe(true)
    expect(await service.must('audit.verify', {}, as)).toMatchObject({ brokenAt: null })
  })
})

describe('the event stream', () => {
  test('says hello with its place, and goes on after a break where it ended', async () => {
    const { epoch, seq } = await service.must('host.snapshot', {}, as)
    const first = await service.events('viewer')
    const hello = await first.next('hello')
    expect(hello).toMatchObject({ epoch })
    expect(hello.seq).toBeGreaterThanOrEqual(seq)
    first.close()
    const id = (await jailOf('www'))?.id ?? ''
    await done(await service.must('jail.set', { id, property: 'notes', value: `again ${randomUUID()}` }, as))
    const again = await service.events('viewer', `${epoch}:${hello.seq}`)
    await again.next('job.changed')
    expect(again.seen[0]).toMatchObject({ type: 'hello', seq: hello.seq })
    expect(again.seen.slice(1).map((event) => event.seq)).toEqual(again.seen.slice(1).map((_, n) => hello.seq + 1 + n))
    again.close()
    const other = await service.events('viewer', `${randomUUID()}:5`)
    expect((await other.next('hello')).seq).toBeGreaterThan(hello.seq)
    other.close()
  })
})

describe('after kill -9 in the middle of a change', () => {
  test('the job is interrupted, its command is gone, the table is true, a second try works', async () => {
    const release = '13.5-RELEASE'
    const fetching = await service.must('release.fetch', { release }, as)
    const waiting = await service.must('release.fetch', { release: '15.0-RELEASE' }, as)
    await stream.next(
      'job.output',
      ({ jobId, lines }) => jobId === fetching.id && lines.some(({ text }) => /Downloading/.test(text)),
      30_000,
    )
    expect(commandsOf(sandbox).length).toBeGreaterThan(0)
    await service.stop('SIGKILL')
    const begun = performance.now()
    await service.startAgain()
    expect(performance.now() - begun).toBeLessThan(5_000)

    for (const { id } of [fetching, waiting]) {
      const { job } = await service.must('job.detail', { id }, as)
      expect(job).toMatchObject({ state: 'interrupted', cancellable: false })
      expect(job.endedAt).not.toBeNull()
    }
    const after = await service.events('admin')
    // A new change waits until the old command is gone, so that the two never meet.
    const again = await service.must('release.fetch', { release }, as)
    await after.next('job.changed', ({ job }) => job.id === again.id && job.state === 'running')
    expect(commandsOf(sandbox).length).toBeLessThanOrEqual(1)
    expect((await end(again, after)).state).toBe('succeeded')
    const { jobs } = await service.must('job.list', { search: release }, as)
    expect(jobs.map(({ state }) => state)).toEqual(['succeeded', 'interrupted'])
    const { releases } = await service.must('host.snapshot', {}, as)
    expect(
      releases
        .filter(({ fetched }) => fetched)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual([release, RELEASE])
    const { rows } = await service.must('audit.list', { search: fetching.id.slice(0, 8) }, as)
    expect(rows).toEqual([])
    expect((await service.must('audit.list', { search: 'interrupted' }, as)).rows.length).toBeGreaterThanOrEqual(2)
    expect(await service.must('audit.verify', {}, as)).toMatchObject({ brokenAt: null })
  })
})

/** Commands of this sandbox's iocage that run at this moment, as its processes' argv tell. */
function commandsOf({ state }: TestSandbox): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ')
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
        return argv.includes('fetch') && (argv.includes(state) || environment.includes(state)) ? [argv] : []
      } catch {
        return []
      }
    })
}
