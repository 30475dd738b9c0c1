import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ask,
  changeKinds,
  createWords,
  type Dialect,
  iocage,
  isDown,
  type Rig,
  rowOf,
  secondTry,
  shown,
} from './test-changes.ts'
import { FAULT_TIMEOUT_MS, faultCount, randomPoints, SEED, someOf, tell, isLong } from '../../fault-runs.ts'
import { commandLine, descendants, isRunning } from './test-processes.ts'
import { killAndStart, nothingHangs, startRig, tableIsTrue } from './test-rig.ts'
import { makeStandIn, type StandIn } from './test-stand-in.ts'

/**
 * kill -9 of the service at a random moment of every kind of job. Remedies: the row that is on the disk before anything
 * runs, `recover` of the job engine, and the end of what the dead service had started.
 */
const dialects: readonly Dialect[] = isLong ? ['0.9.7', '1.13'] : ['1.13']
const rounds = faultCount(1, 3)
const kinds = someOf(changeKinds, 3)

describe.each(dialects)(`kill -9 of the service, iocage %s, seed ${SEED}`, (dialect) => {
  let rig: Rig & AsyncDisposable
  let standIn: StandIn
  const startedMs: number[] = []
  const ends: Record<string, number> = {}
  const count = (what: string) => (ends[what] = (ends[what] ?? 0) + 1)

  beforeAll(async () => {
    rig = await startRig(dialect, (bin) => {
      standIn = makeStandIn(bin, 'iocage')
      return { args: ['--iocage', standIn.file] }
    })
  })
  afterAll(async () => {
    tell(
      `killed service, ${dialect}: ${startedMs.length} points, started again in at most ${Math.ceil(Math.max(...startedMs))} ms; ${JSON.stringify(ends)}`,
    )
    await rig[Symbol.asyncDispose]()
    standIn[Symbol.dispose]()
  })

  test(
    'a command that hangs is ended by the next start, with its children',
    { timeout: FAULT_TIMEOUT_MS },
    async () => {
      await iocage(rig, ...createWords(dialect, 'hangs'), '-e')
      await shown(rig, 'hangs', isDown)
      standIn.except('start', 'sh -c "while :; do sleep 600; done" & while :; do sleep 600; done')
      const job = await ask(rig, { verb: 'jail.start', input: { id: (await rowOf(rig, 'hangs'))?.id ?? '' } })
      const running = () => descendants(rig.service.pid).filter((pid) => commandLine(pid).includes(standIn.file))
      await expect.poll(() => running().length, { timeout: 20_000 }).toBeGreaterThan(0)
      const commands = running().flatMap((pid) => [pid, ...descendants(pid)])
      await rig.service.stop('SIGKILL')
      expect(commands.filter(isRunning)).toEqual(commands)
      await rig.service.startAgain()
      rig.stream = await rig.service.events('admin')
      await expect.poll(() => commands.filter(isRunning), { timeout: 20_000 }).toEqual([])
      standIn.be()
      expect((await rig.service.must('job.detail', { id: job.id }, { as: 'admin' })).job.state).toBe('interrupted')
      await nothingHangs(rig)
    },
  )

  test.each(randomPoints(kinds, rounds))(
    '$name, after $afterMs ms',
    { timeout: FAULT_TIMEOUT_MS },
    async ({ kind, afterMs, tag }) => {
      await kind.prepare(rig, tag)
      const job = await ask(rig, await kind.change(rig, tag))
      await delay(afterMs) // the fault itself: at any moment
      const commands = descendants(rig.service.pid).filter((pid) => commandLine(pid).includes('iocage'))
      startedMs.push(await killAndStart(rig))

      // What was started by the dead one changes nothing behind the new one's back.
      await expect.poll(() => commands.filter(isRunning), { timeout: 20_000 }).toEqual([])
      const left = (await rig.service.must('job.detail', { id: job.id }, { as: 'admin' })).job
      expect(left.state).toMatch(/^(interrupted|succeeded|failed)$/)
      count(left.state)
      expect(left).toMatchObject({ cancellable: false, endedAt: expect.any(String) })
      if (left.state === 'interrupted') expect(left.failure?.message).toMatch(/^The jail service ended/)
      await nothingHangs(rig)

      if (await kind.isDone(rig, tag)) count('had done it')
      else count(await secondTry(rig, kind, tag))
      await tableIsTrue(rig)
      await nothingHangs(rig)
    },
  )
})
