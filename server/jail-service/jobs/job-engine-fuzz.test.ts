import { randomUUID } from 'node:crypto'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PanelError } from '@/lib/errors.ts'
import type { JobState } from '@/lib/job.ts'
import { isActive } from '@/lib/job.ts'
import { FUZZ_TIMEOUT_MS, fuzz } from '../../fuzz.ts'
import { migrations } from '../migrations.ts'
import type { CommandResult, RunCommand } from '../run-command.ts'
import type { JobEngine, JobRequest } from './job-engine.ts'
import { createJobEngine } from './job-engine.ts'
import type { JobPlan } from './job-plan.ts'
import { createJobStore } from './job-store.ts'

/**
 * The real engine over a real database against a model of what the jobs should do: sequences of requests, repeated ones,
 * ends, cancels, lost rights, stops and crashes of the service. Only the commands are ended by the test, not by a host.
 */
interface ModelJob {
  id: string
  /** Word of its command, by which the commands that run are known. */
  name: string
  locks: readonly string[]
  shared: readonly string[]
  cancellable: boolean
  /** The right of whoever asked; all jobs of one request share it. */
  right: { holds: boolean }
  state: JobState
  parentId: string | null
}
interface Model {
  /** In the order in which they were asked for. */
  jobs: ModelJob[]
  parents: string[]
}

const PARALLEL = 3

/** Two jobs must not run at once: one has for itself what the other has too. */
const conflict = (a: ModelJob, b: ModelJob): boolean =>
  a.locks.some((lock) => b.locks.includes(lock) || b.shared.includes(lock)) ||
  b.locks.some((lock) => a.shared.includes(lock))

/** A job begins when there is room and neither a running nor an older waiting one is in conflict with it. */
function advance({ jobs }: Model): void {
  for (;;) {
    const running = jobs.filter(({ state }) => state === 'running')
    const waiting = jobs.filter(({ state }) => state === 'waiting')
    if (running.length >= PARALLEL) return
    const next = waiting.find((job, at) => ![...running, ...waiting.slice(0, at)].some((other) => conflict(job, other)))
    if (next === undefined) return
    next.state = next.right.holds ? 'running' : 'cancelled'
  }
}

type Shape = Pick<ModelJob, 'locks' | 'shared' | 'cancellable'>

class World {
  readonly db = new Database(':memory:')
  /** Commands that run, by their word. */
  readonly commands = new Map<string, (result: Partial<CommandResult>) => void>()
  /** Everything that ever began. */
  readonly began: string[] = []
  engine!: JobEngine

  constructor() {
    for (const migration of migrations) this.db.exec(migration)
  }

  async start(): Promise<void> {
    const commands = this.commands
    commands.clear()
    const run: RunCommand = ([, name = ''], { signal }) =>
      new Promise((resolve) => {
        this.began.push(name)
        const end = (result: Partial<CommandResult>) => {
          commands.delete(name)
          resolve({ exitCode: 0, signal: null, cutShort: null, stdout: '', stderr: '', output: '', ...result })
        }
        commands.set(name, end)
        signal?.addEventListener('abort', () => end({ exitCode: null, signal: 'SIGTERM', cutShort: 'cancelled' }))
      })
    this.engine = createJobEngine({
      ...{ store: createJobStore(this.db), run, hostId: 'host', parallel: PARALLEL },
      ...{ publish: () => undefined, onEnd: () => undefined, log: () => undefined },
    })
    await this.engine.recover()
  }

  /** A plan whose command is known by `name`. */
  plan(name: string, { locks, shared, cancellable }: Shape): JobPlan {
    return {
      ...{ kind: 'jail.start', title: name, jailId: null, target: name, locks, sharedLocks: shared, cancellable },
      steps: [{ argv: ['/bin/command', name], timeoutMs: 1_000 }],
      verify: ({ exitCode }) => Promise.resolve(exitCode === 0 ? undefined : { message: 'no', hint: 'no' }),
    }
  }
  request({ right, changeId = randomUUID() }: { right: ModelJob['right']; changeId?: string }): JobRequest {
    return {
      ...{ changeId, fingerprint: 'asked', address: '', grant: { stillHolds: () => right.holds } },
      actor: { userId: '1', userName: 'ada', role: 'admin' },
    }
  }
  state = (id: string): JobState => this.engine.detail(id).job.state
}

/** What the engine does by itself is done after so many turns of the event loop. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

async function check(model: Model, world: World): Promise<void> {
  advance(model)
  await settled()
  const states = (of: (job: ModelJob) => JobState) => model.jobs.map((job) => [job.id, of(job)])
  expect(states(({ id }) => world.state(id))).toEqual(states(({ state }) => state))
  const running = model.jobs.filter(({ state }) => state === 'running')
  expect([...world.commands.keys()].sort()).toEqual(running.map(({ name }) => name).sort())
  expect(world.commands.size).toBeLessThanOrEqual(PARALLEL)
  expect(new Set(world.began).size).toBe(world.began.length)
  for (const id of model.parents) {
    const parts = model.jobs.filter(({ parentId }) => parentId === id)
    expect(isActive({ state: world.state(id) })).toBe(parts.some(isActive))
  }
}

const codeOf = (work: () => unknown): string | undefined => {
  try {
    work()
    return undefined
  } catch (error) {
    return (error as PanelError).code
  }
}
const pick = <T>(all: readonly T[], at: number): T | undefined => all[at % Math.max(all.length, 1)]

type Command = fc.AsyncCommand<Model, World>
const command = (name: string, run: (model: Model, world: World) => Promise<void> | void): Command => ({
  check: () => true,
  async run(model, world) {
    await run(model, world)
    await check(model, world)
  },
  toString: () => name,
})

const submit = (shape: Shape): Command =>
  command(`ask for ${JSON.stringify(shape)}`, (model, world) => {
    const [name, right] = [randomUUID(), { holds: true }]
    const { id, state } = world.engine.run(world.plan(name, shape), world.request({ right }))
    expect(state).toBe('waiting')
    model.jobs.push({ ...shape, id, name, right, state: 'waiting', parentId: null })
  })

const submitBulk = (shapes: readonly Shape[]): Command =>
  command(`ask for all of ${JSON.stringify(shapes)}`, (model, world) => {
    const right = { holds: true }
    const names = shapes.map(() => randomUUID())
    const children = shapes.map((shape, at) => world.plan(names[at] ?? '', shape))
    const parent = world.engine.runBulk({ title: 'all', children }, world.request({ right }))
    const made = world.engine.detail(parent.id).children
    expect(made.map(({ target }) => target)).toEqual(names)
    model.parents.push(parent.id)
    for (const [at, { id, target }] of made.entries())
      model.jobs.push({ ...(shapes[at] as Shape), id, name: target, right, state: 'waiting', parentId: parent.id })
  })

const repeat = (at: number): Command =>
  command(`ask for the job no. ${at} again`, (model, world) => {
    const job = pick(
      model.jobs.filter(({ parentId }) => parentId === null),
      at,
    )
    if (job === undefined) return
    const request = world.request({ right: { holds: true }, changeId: job.id })
    expect(world.engine.run(world.plan('another', job), request).id).toBe(job.id)
    const other = { ...request, fingerprint: 'something else' }
    expect(codeOf(() => world.engine.run(world.plan('another', job), other))).toBe('conflict')
  })

const finish = (at: number, exitCode: number): Command =>
  command(`command no. ${at} ends with ${exitCode}`, (model, world) => {
    const job = pick(
      model.jobs.filter(({ state }) => state === 'running'),
      at,
    )
    if (job === undefined) return
    world.commands.get(job.name)?.({ exitCode })
    job.state = exitCode === 0 ? 'succeeded' : 'failed'
  })

const cancel = (at: number): Command =>
  command(`cancel no. ${at}`, (model, world) => {
    const id = pick([...model.jobs.map((job) => job.id), ...model.parents], at)
    if (id === undefined) return
    const wanted = model.jobs.filter((job) => isActive(job) && (job.id === id || job.parentId === id))
    const refused =
      wanted.length === 0 || (!model.parents.includes(id) && wanted[0]?.state === 'running' && !wanted[0].cancellable)
    expect(codeOf(() => world.engine.cancel(id))).toBe(refused ? 'conflict' : undefined)
    for (const job of wanted) if (job.state === 'waiting' || job.cancellable) job.state = 'cancelled'
  })

const loseRight = (at: number): Command =>
  command(`who asked for no. ${at} loses the right`, (model) => {
    const job = pick(model.jobs, at)
    if (job !== undefined) job.right.holds = false
  })

const end = (how: 'stop' | 'crash'): Command =>
  command(`${how} of the service`, async (model, world) => {
    if (how === 'stop') await world.engine.stop()
    await world.start()
    for (const job of model.jobs) if (isActive(job)) job.state = 'interrupted'
  })

const lock = fc.constantFrom('www', 'db', 'pool')
const shape: fc.Arbitrary<Shape> = fc.record({
  locks: fc.uniqueArray(lock, { maxLength: 2 }),
  shared: fc.uniqueArray(fc.constantFrom('pool', 'folders'), { maxLength: 1 }),
  cancellable: fc.boolean(),
})
const at = fc.nat(20)
const commands = fc.commands(
  [
    shape.map(submit),
    shape.map(submit),
    shape.map(submit),
    fc.array(shape, { minLength: 1, maxLength: 4 }).map(submitBulk),
    at.map(repeat),
    fc.tuple(at, fc.constantFrom(0, 0, 1)).map(([n, exitCode]) => finish(n, exitCode)),
    fc.tuple(at, fc.constantFrom(0, 0, 1)).map(([n, exitCode]) => finish(n, exitCode)),
    at.map(cancel),
    at.map(loseRight),
    fc.constantFrom('stop', 'crash', 'crash').map((how) => end(how as 'stop' | 'crash')),
  ],
  { maxCommands: 30 },
)

test(
  'whatever is asked for, cancelled and broken off: each job ends as the rules say, and none runs twice',
  () =>
    fuzz(
      'sequences of jobs',
      fc.asyncProperty(commands, async (sequence) => {
        const world = new World()
        const model: Model = { jobs: [], parents: [] }
        try {
          await world.start()
          await fc.asyncModelRun(() => ({ model, real: world }), sequence)
          // Nothing waits for ever: when all that runs has ended again and again, nothing is left.
          while (model.jobs.some(isActive)) {
            const running = model.jobs.filter(({ state }) => state === 'running')
            expect(running.length).toBeGreaterThan(0)
            for (const job of running) {
              world.commands.get(job.name)?.({ exitCode: 0 })
              job.state = 'succeeded'
            }
            await check(model, world)
          }
        } finally {
          await world.engine.stop()
          world.db.close()
        }
      }),
      { few: 100, many: 10_000 },
    ),
  FUZZ_TIMEOUT_MS,
)
