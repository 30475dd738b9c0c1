import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { PanelError } from '@/lib/errors.ts'
import type { NewEvent } from '@/lib/events.ts'
import type { Job } from '@/lib/job.ts'
import { type Db, openDb } from '../db.ts'
import { createRunCommand } from '../run-command.ts'
import type { JobEngine, JobRequest } from './job-engine.ts'
import { createJobEngine } from './job-engine.ts'
import type { JobPlan } from './job-plan.ts'
import { createJobStore } from './job-store.ts'

let folder: string
let db: Db
let jobs: JobEngine
let events: NewEvent[]
let ended: Job[]

const engine = (parallel = 4) =>
  createJobEngine({
    ...{ store: createJobStore(db), run: createRunCommand({ allows: () => true }), hostId: 'host', parallel },
    publish: (event) => events.push(structuredClone(event)),
    onEnd: (job) => ended.push({ ...job }),
    log: () => undefined,
  })

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'job-engine-'))
  db = openDb(path.join(folder, 'service.db'))
  events = []
  ended = []
  jobs = engine()
  await jobs.recover()
})
afterEach(async () => {
  await jobs.stop()
  db.close()
  rmSync(folder, { recursive: true })
})

const plan = (script: string, changed: Partial<JobPlan> = {}): JobPlan => ({
  ...{ kind: 'jail.start', title: 'Start www', jailId: 'iocage:www', target: 'www', locks: ['www'], cancellable: true },
  steps: [{ argv: ['/bin/sh', '-c', script], timeoutMs: 20_000 }],
  verify: ({ exitCode }) =>
    Promise.resolve(exitCode === 0 ? undefined : { message: 'It did not start.', hint: 'Look.' }),
  ...changed,
})
const request = (changed: Partial<JobRequest> = {}): JobRequest => ({
  ...{ changeId: randomUUID(), fingerprint: 'start www', address: '', grant: null },
  actor: { userId: '1', userName: 'ada', role: 'admin' },
  ...changed,
})
const end = (id: string) =>
  vi.waitFor(
    () => {
      const job = ended.find((one) => one.id === id)
      if (job === undefined) throw new Error(`${id} has not ended`)
      return job
    },
    { timeout: 20_000, interval: 10 },
  )
const file = (name: string) => path.join(folder, name)

describe('one job', () => {
  test('has its command, its output by lines with redraws in place, and its end on disk', async () => {
    const { id, state } = jobs.run(plan(`echo one; printf '10%%\\r'; printf '90%%\\r\\n'; echo two >&2`), request())
    expect(state).toBe('waiting')
    const job = await end(id)
    expect(job).toMatchObject({ state: 'succeeded', exitCode: 0, actor: 'ada', progress: 1, failure: null })
    const { lines } = jobs.detail(id)
    expect(lines.map(({ n }) => n)).toEqual(lines.map((_, n) => n))
    expect(lines.filter(({ stream }) => stream !== 'stderr').map(({ text }) => text)).toEqual([
      `/bin/sh -c 'echo one; printf '\\''10%%\\r'\\''; printf '\\''90%%\\r\\n'\\''; echo two >&2'`,
      'one',
      '90%',
    ])
    const states = events.flatMap((event) => (event.type === 'job.changed' ? [event.job.state] : []))
    expect([...new Set(states)]).toEqual(['waiting', 'running', 'succeeded'])
  })

  test('tells progress while it runs', async () => {
    const { id } = jobs.run(
      plan(`echo 30; while [ ! -e ${file('go')} ]; do sleep 0.02; done`, { progress: (line) => Number(line) / 100 }),
      request(),
    )
    await vi.waitFor(() =>
      expect(events.some((event) => event.type === 'job.changed' && event.job.progress === 0.3)).toBe(true),
    )
    expect(jobs.recent()[0]).toMatchObject({ id, lastLine: '30', state: 'running' })
    writeFileSync(file('go'), '')
    await end(id)
  })

  test('is what the host says it is, not what the exit code says', async () => {
    const lie = { message: 'www is not up.', hint: 'Read the output.' }
    const { id } = jobs.run(plan('true', { verify: () => Promise.resolve(lie) }), request())
    expect(await end(id)).toMatchObject({ state: 'failed', exitCode: 0, failure: lie })
    const good = jobs.run(plan('exit 3', { verify: () => Promise.resolve(undefined) }), request())
    expect(await end(good.id)).toMatchObject({ state: 'succeeded', exitCode: 3 })
  })

  test('is found by the jail that it made', async () => {
    const { id } = jobs.run(
      plan('true', { kind: 'jail.create', jailId: null, madeJailId: () => 'iocage:new' }),
      request(),
    )
    expect(await end(id)).toMatchObject({ jailId: 'iocage:new' })
    expect(jobs.list({ jailId: 'iocage:new', limit: 10 }).jobs.map((job) => job.id)).toEqual([id])
  })

  test('stops at the step that fails and cleans up', async () => {
    const steps = ['true', 'exit 1', `touch ${file('third')}`].map((script) => plan(script).steps[0] as never)
    const { id } = jobs.run(
      plan('', { steps, cleanUp: () => Promise.resolve(plan(`touch ${file('cleaned')}`).steps) }),
      request(),
    )
    expect(await end(id)).toMatchObject({ state: 'failed', exitCode: 1 })
    expect([existsSync(file('third')), existsSync(file('cleaned'))]).toEqual([false, true])
  })

  test('runs nothing when the world is not as it was', async () => {
    const precheck = () => Promise.reject(new PanelError('conflict', 'www is another one now.'))
    const { id } = jobs.run(plan(`touch ${file('ran')}`, { precheck }), request())
    expect(await end(id)).toMatchObject({ state: 'failed', failure: { message: 'www is another one now.' } })
    expect(existsSync(file('ran'))).toBe(false)
  })

  test('is ended at its time limit, with its children', async () => {
    const steps = [{ argv: ['/bin/sh', '-c', `sleep 600 & echo $! > ${file('child')}; wait`], timeoutMs: 300 }]
    const { id } = jobs.run(plan('', { steps }), request())
    expect(await end(id)).toMatchObject({ state: 'timed_out', failure: { message: expect.stringMatching(/too long/) } })
    await vi.waitFor(() => expect(isRunning(readFileSync(file('child'), 'utf8'))).toBe(false))
  })

  test('keeps no more than a bounded part of its output', async () => {
    const { id } = jobs.run(plan('yes | head -n 60000'), request())
    await end(id)
    const { lines, truncated } = jobs.detail(id)
    expect(truncated).toBe(true)
    expect(lines.at(-1)?.text).toMatch(/no more of it is kept/)
    const { n } = db.prepare('SELECT count(*) AS n FROM job_line').get() as { n: number }
    expect(n).toBeLessThanOrEqual(50_003)
  })
})

describe('a repeated request', () => {
  test('is the same job and runs once', async () => {
    const asked = request()
    const script = plan(`echo x >> ${file('ran')}`)
    const [first, second] = [jobs.run(script, asked), jobs.run(script, asked)]
    expect(second.id).toBe(first.id)
    await end(first.id)
    expect(jobs.run(script, asked)).toMatchObject({ id: first.id, state: 'succeeded' })
    expect(readFileSync(file('ran'), 'utf8')).toBe('x\n')
  })
  test('with the id of another one is a conflict', () => {
    const asked = request()
    jobs.run(plan('true'), asked)
    expect(() => jobs.run(plan('true'), { ...asked, fingerprint: 'stop www' })).toThrow(/used for something else/)
  })
})

describe('several jobs', () => {
  test('on one jail run one after the other, on others at the same time', async () => {
    const slow = (name: string) =>
      `echo ${name} begins >> ${file('log')}; sleep 0.2; echo ${name} ends >> ${file('log')}`
    const first = jobs.run(plan(slow('a')), request())
    const second = jobs.run(plan(slow('b')), request())
    const other = jobs.run(
      plan(`while ! grep -q 'a begins' ${file('log')}; do sleep 0.01; done; ! grep -q 'a ends' ${file('log')}`, {
        locks: ['db'],
      }),
      request(),
    )
    for (const { id } of [first, second, other]) expect((await end(id)).state).toBe('succeeded')
    expect(readFileSync(file('log'), 'utf8').split('\n').slice(0, 4)).toEqual([
      'a begins',
      'a ends',
      'b begins',
      'b ends',
    ])
  })

  test('no more at once than the limit says', async () => {
    await jobs.stop()
    jobs = engine(2)
    await jobs.recover()
    const script = (n: number) =>
      `touch ${file(`on-${n}`)}; ls ${folder} | grep -c ^on- >> ${file('counts')}; sleep 0.1; rm ${file(`on-${n}`)}`
    const all = Array.from({ length: 6 }, (_, n) => jobs.run(plan(script(n), { locks: [`jail${n}`] }), request()))
    for (const { id } of all) await end(id)
    const counts = readFileSync(file('counts'), 'utf8').trim().split('\n').map(Number)
    expect(Math.max(...counts)).toBe(2)
  })

  test('in one bulk action: a parent that is the sum of its children', async () => {
    const parent = jobs.runBulk(
      {
        title: 'Start 3 jails',
        children: ['www', 'db', 'mail'].map((tag) =>
          plan(tag === 'db' ? 'exit 1' : 'true', { target: tag, locks: [tag] }),
        ),
      },
      request(),
    )
    const over = await end(parent.id)
    expect(over).toMatchObject({ kind: 'bulk', state: 'failed', progress: 1, target: 'www, db, mail' })
    expect(over.failure?.message).toBe('1 of 3 did not succeed: db.')
    const { children } = jobs.detail(parent.id)
    expect(children.map(({ state, parentId }) => [state, parentId])).toEqual(
      ['succeeded', 'failed', 'succeeded'].map((state) => [state, parent.id]),
    )
    expect(jobs.list({ limit: 50 }).jobs.map(({ id }) => id)).toEqual([parent.id])
  })
})

describe('cancelling', () => {
  const untilGo = () => `echo begun > ${file('begun')}; while [ ! -e ${file('go')} ]; do sleep 0.02; done`
  const begun = () => vi.waitFor(() => expect(existsSync(file('begun'))).toBe(true))

  test('one that waits ends at once and never runs', async () => {
    const first = jobs.run(plan(untilGo()), request())
    const second = jobs.run(plan(`touch ${file('second')}`), request())
    await begun()
    expect(jobs.cancel(second.id)).toMatchObject({ state: 'cancelled' })
    writeFileSync(file('go'), '')
    await end(first.id)
    expect(existsSync(file('second'))).toBe(false)
  })

  test('one that runs is ended and cleaned up, then the next one has its turn', async () => {
    const first = jobs.run(
      plan(untilGo(), { cleanUp: () => Promise.resolve(plan(`touch ${file('cleaned')}`).steps) }),
      request(),
    )
    const second = jobs.run(plan(`test -e ${file('cleaned')}`), request())
    await begun()
    expect(jobs.cancel(first.id)).toMatchObject({ state: 'running', lastLine: 'Cancelling …' })
    expect(await end(first.id)).toMatchObject({ state: 'cancelled', failure: null })
    expect((await end(second.id)).state).toBe('succeeded')
    expect(() => jobs.cancel(first.id)).toThrow(/has ended already/)
    expect(() => jobs.cancel(randomUUID())).toThrow(/no such job/)
  })

  test('one that must not be stopped half-way says so', async () => {
    const { id } = jobs.run(plan(untilGo(), { cancellable: false }), request())
    await begun()
    expect(() => jobs.cancel(id)).toThrow(/cannot be cancelled/)
    writeFileSync(file('go'), '')
    expect((await end(id)).state).toBe('succeeded')
  })

  test('a bulk action cancels what waits and what runs', async () => {
    await jobs.stop()
    jobs = engine(1)
    await jobs.recover()
    const parent = jobs.runBulk(
      { title: 'Start 3', children: ['a', 'b', 'c'].map((tag) => plan(untilGo(), { target: tag, locks: [tag] })) },
      request(),
    )
    await begun()
    jobs.cancel(parent.id)
    expect((await end(parent.id)).state).toBe('cancelled')
    expect(jobs.detail(parent.id).children.map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled'])
  })

  test('whoever lost the right while the job waited does not get it', async () => {
    let may = true
    const first = jobs.run(plan(untilGo()), request())
    const second = jobs.run(plan(`touch ${file('second')}`), request({ grant: { stillHolds: () => may } }))
    await begun()
    may = false
    writeFileSync(file('go'), '')
    await end(first.id)
    expect(await end(second.id)).toMatchObject({
      state: 'cancelled',
      failure: { message: expect.stringMatching(/lost the right/) },
    })
    expect(existsSync(file('second'))).toBe(false)
  })
})

describe('a disk that is full', () => {
  const full = (event: string) =>
    db.exec(`CREATE TRIGGER full BEFORE ${event} BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`)

  test('lets no job begin that was not written first', async () => {
    const { id } = jobs.run(plan('sleep 0.2'), request())
    const second = jobs.run(plan(`touch ${file('ran')}`), request())
    full('UPDATE ON job')
    await end(id)
    expect(await end(second.id)).toMatchObject({
      state: 'failed',
      failure: { message: expect.stringMatching(/could not be written/) },
    })
    expect(existsSync(file('ran'))).toBe(false)
    db.exec('DROP TRIGGER full')
    const third = jobs.run(plan('true'), request())
    expect((await end(third.id)).state).toBe('succeeded')
  })
  test('refuses new ones, and costs a running one only its lines', async () => {
    full('INSERT ON job')
    expect(() => jobs.run(plan(`touch ${file('ran')}`), request())).toThrow(/full/)
    expect(jobs.recent()).toEqual([])
    db.exec('DROP TRIGGER full')
    full('INSERT ON job_line')
    const { id } = jobs.run(plan('echo lost'), request())
    expect((await end(id)).state).toBe('succeeded')
    expect(jobs.detail(id).lines).toEqual([])
  })
})

test('the end of the service interrupts what runs and what waits', async () => {
  const first = jobs.run(plan('exec sleep 600'), request())
  const second = jobs.run(plan('true'), request())
  await vi.waitFor(() => expect(jobs.detail(first.id).job.state).toBe('running'))
  await jobs.stop()
  expect([first, second].map(({ id }) => jobs.detail(id).job.state)).toEqual(['interrupted', 'interrupted'])
  expect(() => jobs.run(plan('true'), request())).toThrow(/stopping/)
})

/** Whether a process runs; a zombie does not. */
function isRunning(pid: string): boolean {
  const stat = `/proc/${pid.trim()}/stat`
  return existsSync(stat) && !/\) Z /.test(readFileSync(stat, 'utf8'))
}
