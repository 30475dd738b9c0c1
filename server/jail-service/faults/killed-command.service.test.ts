import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, changeKinds, type Dialect, ended, type Rig, secondTry } from './test-changes.ts'
import { FAULT_TIMEOUT_MS, faultCount, randomPoints, SEED, someOf, tell, isLong } from '../../fault-runs.ts'
import { commandLine, descendants } from './test-processes.ts'
import { killAndStart, nothingHangs, startRig, tableIsTrue } from './test-rig.ts'
import { makeStandIn, type StandIn } from './test-stand-in.ts'

/**
 * kill -9 of the iocage that a job runs, at a random moment, as a host without memory does it. Remedy: whether a job
 * succeeded is what the host shows, and a folder without root or configuration is no jail.
 */
const dialects: readonly Dialect[] = isLong ? ['0.9.7', '1.13'] : ['0.9.7']
const rounds = faultCount(1, 2)
const kinds = someOf(changeKinds, 2)

describe.each(dialects)(`kill -9 of the iocage of a job, iocage %s, seed ${SEED}`, (dialect) => {
  let rig: Rig & AsyncDisposable
  let standIn: StandIn
  const ends: Record<string, number> = {}
  const count = (what: string) => (ends[what] = (ends[what] ?? 0) + 1)
  let killed = 0

  beforeAll(async () => {
    rig = await startRig(dialect, (bin) => {
      standIn = makeStandIn(bin, 'iocage')
      return { args: ['--iocage', standIn.file] }
    })
  })
  afterAll(async () => {
    tell(`killed command, ${dialect}: ${killed} killed; ${JSON.stringify(ends)}`)
    await rig[Symbol.asyncDispose]()
    standIn[Symbol.dispose]()
  })

  test(
    'a fetch that died: the half release is not offered, nor after a restart',
    { timeout: FAULT_TIMEOUT_MS },
    async () => {
      const release = '13.5-RELEASE'
      const dataset = `tank/iocage/releases/${release}`
      const as = { as: 'admin' }
      const { output } = await rig.sandbox.run('zfs', 'get', '-H', '-o', 'value', 'mountpoint', 'tank/iocage')
      const bin = path.join(rig.sandbox.files, output.trim(), 'releases', release, 'root/bin')
      standIn.except(
        'fetch',
        `${rig.sandbox.bin}/zfs create -p ${dataset}/root`,
        `mkdir ${bin}`,
        `echo 'USERLAND_VERSION="${release}-p6"' > ${bin}/freebsd-version`,
        'kill -9 $$',
      )
      const fetch = async () => ended(rig, await ask(rig, { verb: 'release.fetch', input: { release } }))
      const isOffered = async () =>
        (await rig.service.must('host.snapshot', {}, as)).releases.some(
          ({ name, fetched }) => name === release && fetched,
        )
      const create = async () =>
        rig.service.call(
          'jail.create',
          {
            jails: [
              { tag: 'early', source: { kind: 'release', name: release }, ip4: [], boot: false, vnet: false },
            ] as never,
            start: false,
          },
          as,
        )
      expect(await fetch()).toMatchObject({ state: 'failed', exitCode: null })
      expect(await isOffered()).toBe(false)
      standIn.be()
      await killAndStart(rig)
      const refused = await create()
      expect(refused).toMatchObject({ ok: false, error: { message: expect.stringMatching(/is not fetched/) } })
      expect(await isOffered()).toBe(false)
      await rig.sandbox.run('zfs', 'destroy', '-r', dataset) // the sandbox's iocage begins anew only without it
      expect((await fetch()).state).toBe('succeeded')
      expect(await isOffered()).toBe(true)
      await killAndStart(rig)
      await expect.poll(isOffered, { timeout: 20_000 }).toBe(true)
    },
  )

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
        // The sandbox's zfs can be killed in the middle of a rename, which the kernel's cannot: its next command ends that.
        await rig.sandbox.run('zfs', 'mount', '-a')
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
