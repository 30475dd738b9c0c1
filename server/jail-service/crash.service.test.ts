import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Job } from '@/lib/job.ts'
import { createTestSandbox, type TestSandbox } from './host/test-sandbox.ts'
import { startTestService, type TestService, type TestStream } from './test-service.ts'

/** kill -9 of the service in the middle of a create, at every step of it: the table is true, and a second try works. */
const RELEASE = '14.3-RELEASE'

/** What the page has seen of the job when the service dies. */
const points: readonly (readonly [when: string, seen: (stream: TestStream, job: Job) => Promise<unknown>])[] = [
  ['as it is answered', () => Promise.resolve()],
  ['as its command begins', (stream, job) => line(stream, job, /^iocage create/)],
  ['as its row appears', (stream, { target }) => stream.next('jail.changed', ({ jail }) => jail.tag === target)],
  ['between two commands', (stream, job) => line(stream, job, /^iocage set/)],
  ['as the jail starts', (stream, job) => line(stream, job, /^iocage start/)],
  ['as the kernel has it', (stream, { target }) => up(stream, target)],
]
const line = (stream: TestStream, job: Job, words: RegExp) =>
  stream.next('job.output', ({ jobId, lines }) => jobId === job.id && lines.some(({ text }) => words.test(text)))
const up = (stream: TestStream, tag: string) =>
  stream.next('jail.changed', ({ jail }) => jail.tag === tag && jail.state === 'up')

describe.each(['0.9.7', '1.13'] as const)('kill -9 in the middle of a create, iocage %s', (dialect) => {
  let sandbox: TestSandbox
  let service: TestService
  let stream: TestStream
  const as = { as: 'admin' }

  beforeAll(async () => {
    sandbox = createTestSandbox(dialect)
    await sandbox.run('iocage', 'activate', 'tank')
    await sandbox.run('iocage', 'fetch', '-r', RELEASE)
    service = await startTestService({ bin: sandbox.bin, files: sandbox.files })
    await service.addRoles()
  })
  afterAll(async () => {
    await service[Symbol.asyncDispose]()
    await sandbox[Symbol.asyncDispose]()
  })

  const create = (tag: string, address: string) => ({
    jails: [
      {
        ...{ tag, source: { kind: 'release' as const, name: RELEASE }, boot: false, vnet: false },
        ip4: [{ interface: 'igb0', address, prefix: 24 }],
      },
    ],
    start: true,
  })

  test.each(points.map(([when, seen], n) => ({ when, seen, n })))('$when', async ({ seen, n }) => {
    const tag = `crash-${'abcdef'[n]}`
    const input = create(tag, `10.0.9.${n + 1}`)
    stream = await service.events('admin')
    const job = await service.must('jail.create', input, as)
    await seen(stream, job)
    await service.stop('SIGKILL')
    await service.startAgain()
    stream = await service.events('admin')

    const left = (await service.must('job.detail', { id: job.id }, as)).job
    // The last of these points lies so close to the end that the job may have come to it.
    expect(left.state).toMatch(n === points.length - 1 ? /^(interrupted|succeeded)$/ : /^interrupted$/)
    expect(left).toMatchObject({ cancellable: false, endedAt: expect.any(String) })

    // The row may still be on its way out while the dead service's command cleans up behind itself.
    const again = await service.call('jail.create', input, as)
    if (again.ok) {
      const { state, failure } = await ended(again.value)
      if (state !== 'succeeded') expect(failure?.message).toMatch(new RegExp(`named ${tag} already`))
    } else expect(again.error.message).toMatch(new RegExp(`named ${tag} already`))
    await settled()

    const [row, ...more] = (await jails()).filter((jail) => jail.tag === tag)
    expect(more).toEqual([])
    expect(row?.problem).toBeNull()
    // Whatever of it came to be can be taken to its end.
    if (row?.state === 'down') expect(await done('jail.start', { id: row.id })).toBe('succeeded')
    expect(await service.must('audit.verify', {}, as)).toMatchObject({ brokenAt: null })
  })

  test('nothing was made twice or left behind', async () => {
    const found = await jails()
    expect(found.map(({ tag }) => tag).toSorted()).toEqual([...'abcdef'].map((letter) => `crash-${letter}`))
    const { output } = await sandbox.run('zfs', 'list', '-H', '-o', 'name', '-t', 'snapshot')
    const snapshots = output.split('\n').flatMap((name) => /\/releases\/.*@(.+)/.exec(name)?.[1] ?? [])
    expect(snapshots.toSorted()).toEqual(
      found.map(({ tag, uuid }) => (dialect === '1.13' ? tag : (uuid ?? ''))).toSorted(),
    )
    const { jobs } = await service.must('job.list', { states: ['waiting', 'running'] }, as)
    expect(jobs).toEqual([])
  })

  const jails = async () => (await service.must('host.snapshot', {}, as)).jails
  const ended = async (job: Job) =>
    (await stream.next('job.changed', ({ job: told }) => told.id === job.id && told.endedAt !== null, 60_000)).job
  const done = async (verb: 'jail.start', input: { id: string }) =>
    (await ended(await service.must(verb, input, as))).state

  /** The table and what iocage itself says in a terminal are the same. */
  async function settled(): Promise<void> {
    await expect.poll(async () => ours(await jails()), { timeout: 10_000 }).toEqual(ours(await byIocage()))
  }
  async function byIocage(): Promise<{ tag: string; state: string }[]> {
    const { output } = await sandbox.run('iocage', 'list', '-H')
    return output
      .trim()
      .split('\n')
      .filter((row) => row !== '')
      .map((row) => row.split('\t'))
      .map(([, name = '', state = '', tag = name]) => ({ tag: dialect === '0.9.7' ? tag : name, state }))
  }
})

const ours = (rows: readonly { tag: string; state: string }[]) =>
  rows.map(({ tag, state }) => `${tag} ${state}`).toSorted()
