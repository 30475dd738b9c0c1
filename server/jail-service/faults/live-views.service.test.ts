import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TEST_PASSWORD, type TestStream } from '../test-service.ts'
import { iocage, type Rig, rowOf } from './test-changes.ts'
import { FAULT_TIMEOUT_MS, faultCount, tell } from '../../fault-runs.ts'
import { descriptorCount, memoryKib } from './test-processes.ts'
import { startRig } from './test-rig.ts'
import { makeStandIn, type StandIn } from './test-stand-in.ts'

/**
 * Many pages look on at once. Remedies: one look at the host for all of them, one numbered stream, a page that does not
 * read is let go. (The same through the panel: e2e/faults.e2e.ts.)
 */
const VIEWS = faultCount(60, 300)
const CHANGES = faultCount(5, 60)
/** One user may have sixty. */
const USERS = Math.ceil(VIEWS / 60)
const MEMORY_MAX_KIB = 600 * 1024

describe(`${VIEWS} live views`, () => {
  let rig: Rig & AsyncDisposable
  let jls: StandIn
  const users = Array.from({ length: USERS }, (_, n) => `user${n}`)

  beforeAll(async () => {
    rig = await startRig(
      '1.13',
      (bin) => {
        jls = makeStandIn(bin, 'jls')
        return { args: ['--jls', jls.file] }
      },
      { release: false },
    )
    await iocage(rig, 'create', '-n', 'www', '-e')
    for (const userName of users) {
      await rig.service.must('user.create', { userName, password: TEST_PASSWORD, role: 'viewer' }, { as: 'admin' })
      await rig.service.must('session.login', { userName, password: TEST_PASSWORD })
    }
  })
  afterAll(async () => {
    await rig[Symbol.asyncDispose]()
    jls[Symbol.dispose]()
  })

  test(
    'none misses an update, the host is looked at no more often, nothing grows',
    { timeout: FAULT_TIMEOUT_MS },
    async () => {
      const { pid } = rig.service
      const looks = `${jls.file}.looks`
      jls.be(`echo >> ${looks}`, `exec ${rig.sandbox.bin}/jls "$@"`)
      /** How often the host is looked at in a second while nothing changes. */
      const looksPerSecond = async () => {
        writeFileSync(looks, '')
        const begin = performance.now()
        await delay(faultCount(1_500, 10_000)) // what is counted is what happens in a time
        return readFileSync(looks, 'utf8').length / ((performance.now() - begin) / 1_000)
      }
      appendFileSync(looks, '')
      const alone = await looksPerSecond()
      const before = { descriptors: descriptorCount(pid), kib: memoryKib(pid, 'VmRSS') }

      const streams: TestStream[] = []
      for (let n = 0; n < VIEWS; n += 1) streams.push(await rig.service.events(users[n % USERS] ?? ''))
      const many = await looksPerSecond()
      for (let n = 0; n < CHANGES; n += 1) await iocage(rig, 'set', `notes=change${n}`, 'www')
      await Promise.all(
        streams.map((stream) =>
          stream.next('jail.changed', ({ jail }) => jail.notes === `change${CHANGES - 1}`, 60_000),
        ),
      )
      let lost = 0
      for (const { seen } of streams) {
        const numbers = seen
          .filter(({ type }, n) => n === 0 || (type !== 'session.changed' && type !== 'hello'))
          .map(({ seq }) => seq)
        lost += numbers.filter((seq, n) => n > 0 && seq !== (numbers[n - 1] ?? 0) + 1).length
      }
      const kib = memoryKib(pid, 'VmRSS')
      expect(lost).toBe(0)
      expect(kib).toBeLessThan(MEMORY_MAX_KIB)
      // Never more often than the regular look, whoever looks on.
      expect(many).toBeLessThan(alone * 1.5 + 0.5)
      for (const stream of streams) stream.close()
      await expect.poll(() => descriptorCount(pid), { timeout: 20_000 }).toBeLessThanOrEqual(before.descriptors)
      tell(
        `${VIEWS} live views, ${CHANGES} changes: ${lost} updates lost; looks at the host ${many.toFixed(2)} a second (alone ${alone.toFixed(2)}); ` +
          `memory ${Math.round(kib / 1024)} MiB (${Math.round(before.kib / 1024)} before)`,
      )
      expect((await rowOf(rig, 'www'))?.notes).toBe(`change${CHANGES - 1}`)
    },
  )

  test('cycles of coming and going leave nothing behind', { timeout: FAULT_TIMEOUT_MS }, async () => {
    const { pid } = rig.service
    const before = descriptorCount(pid)
    for (let cycle = 0; cycle < faultCount(2, 50); cycle += 1) {
      const streams = await Promise.all(
        Array.from({ length: 20 }, (_, n) => rig.service.events(users[n % USERS] ?? '')),
      )
      for (const stream of streams) stream.close()
      await expect.poll(() => descriptorCount(pid), { timeout: 20_000 }).toBeLessThanOrEqual(before)
    }
  })
})
