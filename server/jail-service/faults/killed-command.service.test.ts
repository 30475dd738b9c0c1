import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, changeKinds, type Dialect, ended, type Rig, secondTry } from './test-changes.ts'
import { FAULT_TIMEOUT_MS, faultCount, randomPoints, SEED, someOf, tell } from '../../fault-runs.ts'
import { commandLine, descendants } from './test-processes.ts'
import { nothingHangs, startRig, tableIsTrue } from './test-rig.ts'

/**
 * kill -9 of the iocage that a job runs, at a random moment, as a host without memory does it. Remedy: whether a job
 * succeeded is what the host shows, and a folder without root or configuration is no jail.
 */
const dialects: readonly Dialect[] = faultCount(0, 1) === 1 ? ['0.9.7', '1.13'] : ['0.9.7']
const rounds = faultCount(1, 2)
const kinds = someOf(changeKinds, 3)

describe.each(dialects)(`kill -9 of the iocage of a job, iocage %s, seed ${SEED}`, (dialect) => {
  let rig: Rig & AsyncDisposable
  const ends: Record<string, number> = {}
  const count = (what: string) => (ends[what] = (ends[what] ?? 0) + 1)
  let killed = 0

  beforeAll(async () => {
    rig = await startRig(dialect)
  })
  afterAll(async () => {
    tell(`killed command, ${dialect}: ${killed} killed; ${JSON.stringify(ends)}`)
    await rig[Symbol.asyncDispose]()
  })

  test.each(randomPoints(kinds, rounds))(
    '$name, after $afterMs ms',
    { timeout: FAULT_TIMEOUT_MS },
    async ({ kind, afterMs, tag }) => {
      const { service } = rig
      await kind.prepare(rig, tag)
      const change = await kind.change(rig, tag)
      const job = await ask(rig, change)
      await rig.stream.next('job.output', ({ jobId }) => jobId === job.id)
      await delay(afterMs / 3) // the fault itself: at any moment of what is left of it
      const command = descendants(service.pid).find((pid) => isCommandOf(commandLine(pid), change.verb))
      if (command !== undefined) {
        process.kill(command, 'SIGKILL')
        killed += 1
      }
      const over = await ended(rig, job)
      count(over.state)
      // It says what the host shows, whatever became of the command.
      if (over.state === 'failed') {
        expect(over.failure?.message).toMatch(/^[^\n]{10,}[.)]/)
        expect(over.failure?.hint).toMatch(/^[^\n]{10,}[.)]/)
      } else {
        expect(over.state).toBe('succeeded')
        expect(await kind.isDone(rig, tag)).toBe(true)
      }
      await nothingHangs(rig)
      if (await kind.isDone(rig, tag)) count('had done it')
      else count(await secondTry(rig, kind, tag))
      await tableIsTrue(rig)
    },
  )
})

/** Whether a command line is that of a job's iocage, and not that of a look at the host. */
function isCommandOf(line: string, verb: string): boolean {
  const [, name = ''] = verb.split('.')
  const command = name.startsWith('convert') ? 'set' : name
  return line.split(' ').some((word, n, all) => word === 'iocage' && all[n + 1] === command)
}
