import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, ended } from './test-changes.ts'
import { FAULT_TIMEOUT_MS, isLong, tell } from '../../fault-runs.ts'
import { isRunning } from './test-processes.ts'
import { nothingHangs, startRigOfStandIns, tableIsTrue } from './test-rig.ts'

/**
 * A command that hangs and does not listen to TERM, with a child that does neither. Remedies: the time limit of each
 * command, then TERM, 10 s, KILL, to its whole group; jobs on other jails run beside it.
 */
const as = { as: 'admin' }

// Limits are what they are: in the long form only. In each run job-engine.service.test.ts has a short limit.
describe.runIf(isLong)('a command that hangs, with a child of its own', () => {
  let folder: string
  let rig: Awaited<ReturnType<typeof startRigOfStandIns>>
  const pidFile = () => path.join(folder, 'pids')
  /** Hangs, deaf to TERM, and writes down who does. */
  const hang = () => [
    `trap '' TERM`,
    `sh -c 'trap "" TERM; while :; do sleep 600; done' & echo $! $$ > ${pidFile()}`,
    'while :; do sleep 600; done',
  ]
  const pids = () => readFileSync(pidFile(), 'utf8').trim().split(' ').map(Number)

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'cellblock-hung-'))
    rig = await startRigOfStandIns()
  })
  afterAll(async () => {
    await rig[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true })
  })

  test(
    'what tells what runs: said as a problem, ended with its child, healed by itself',
    { timeout: FAULT_TIMEOUT_MS },
    async () => {
      const problems = async () =>
        (await rig.service.must('host.snapshot', {}, as)).host.problems.map(({ summary }) => summary).join(' ')
      rig.jls.be(...hang())
      await expect
        .poll(() => readFileSync(pidFile(), { encoding: 'utf8', flag: 'a+' }), { timeout: 20_000 })
        .not.toBe('')
      const hung = pids()
      // Meanwhile everybody is answered, from what is known.
      for (const verb of ['host.snapshot', 'job.list', 'audit.list'] as const)
        expect((await rig.service.call(verb, {}, as)).ok).toBe(true)
      await expect.poll(problems, { timeout: 40_000 }).toMatch(/jls was ended: it had not answered within 5 s/)
      rig.jls.be()
      await expect.poll(() => hung.filter(isRunning), { timeout: 20_000 }).toEqual([])
      await expect.poll(problems, { timeout: 60_000 }).toBe('')
      await tableIsTrue(rig)
    },
  )

  test('a job: ended at its limit, others go on', { timeout: FAULT_TIMEOUT_MS }, async () => {
    const set = async (value: string) => {
      const begin = performance.now()
      const job = await ask(rig, { verb: 'jail.set', input: { id: 'iocage:other', property: 'notes', value } })
      expect((await ended(rig, job)).state).toBe('succeeded')
      return performance.now() - begin
    }
    const times = async (count: number, what: string) => {
      const all: number[] = []
      for (let n = 0; n < count; n += 1) all.push(await set(`${what} ${n}`))
      return all.toSorted((a, b) => a - b)[Math.floor(count * 0.95)] ?? Number.NaN
    }
    const alone = await times(20, 'alone')
    rmSync(pidFile(), { force: true })
    rig.iocage.except('start', ...hang())
    const job = await ask(rig, { verb: 'jail.start', input: { id: 'iocage:www' } })
    const beside = await times(20, 'beside')
    const over = (
      await rig.stream.next('job.changed', ({ job: told }) => told.id === job.id && told.endedAt !== null, 300_000)
    ).job
    expect(over).toMatchObject({ state: 'timed_out', failure: { message: expect.stringMatching(/took too long/) } })
    expect(pids().filter(isRunning)).toEqual([])
    rig.iocage.be()
    await nothingHangs(rig)
    await tableIsTrue(rig)
    tell(`hung job: set on another jail p95 ${alone.toFixed(0)} ms alone, ${beside.toFixed(0)} ms beside it`)
  })
})
