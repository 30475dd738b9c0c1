import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FAULT_TIMEOUT_MS, faultCount, isLong, randomValues, SEED, tell } from '../../fault-runs.ts'
import { createTestSandbox, type TestSandbox } from '../host/test-sandbox.ts'
import { startTestService, TEST_PASSWORD } from '../test-service.ts'
import { canMountImages, copyImage, makeImage, mountImage } from './test-small-disk.ts'

/**
 * The machine loses power while the service writes: what was not synced is gone. Remedies: rows with `synchronous = FULL`,
 * files that are replaced whole and synced before their name counts, the audit's head before its row.
 */
const CUTS = faultCount(1, 60)
const as = { as: 'admin' }

// Only in the long form: each cut is a disk of its own and a start of the service.
describe.runIf(isLong)(`power is lost while the service writes, seed ${SEED}`, () => {
  let folder: string
  let sandbox: TestSandbox
  const at = (name: string) => path.join(folder, name)

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'cellblock-power-'))
    mkdirSync(at('disk'))
    sandbox = createTestSandbox('1.13')
    await sandbox.run('iocage', 'activate', 'tank')
    await sandbox.run('iocage', 'create', '-n', 'www', '-e')
  })
  afterAll(async () => {
    await sandbox[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true })
  })

  // Loop devices are root's.
  test.runIf(canMountImages)(
    'what was answered is there, and the audit is whole',
    { timeout: FAULT_TIMEOUT_MS },
    async () => {
      makeImage(at('image'), 64 * 1024 * 1024)
      await using disk = await mountImage(at('disk'), at('image'))
      await using service = await startTestService({
        ...{ bin: sandbox.bin, files: sandbox.files, within: disk.within },
        ...{ state: at('disk/state'), seenState: path.join(disk.seen, 'state') },
      })
      await service.addRoles()
      const cookie = service.cookieOf('admin')
      const id = 'iocage:www'
      const writing = new AbortController()
      const answered: string[] = []
      const writer = (async () => {
        for (let n = 0; !writing.signal.aborted; n += 1) {
          const answer = await service.call('jail.set', { id, property: 'notes', value: `cut${n}` }, as)
          if (answer.ok) answered.push(answer.value.id)
          await service.call('session.login', { userName: 'viewer', password: n % 3 === 0 ? 'wrong' : TEST_PASSWORD })
        }
      })().catch(() => undefined) // the test has failed already
      let jobs = 0
      for (const afterMs of randomValues(fc.integer({ min: 100, max: 1_500 }), CUTS)) {
        await delay(afterMs) // the fault itself: at any moment
        const known = [...answered]
        process.kill(service.pid, 'SIGSTOP')
        await expect.poll(() => readFileSync(`/proc/${service.pid}/stat`, 'latin1')).toMatch(/\) T /)
        copyImage(at('image'), at('copy'))
        process.kill(service.pid, 'SIGCONT')

        mkdirSync(at('found'), { recursive: true })
        await using copy = await mountImage(at('found'), at('copy'))
        await using found = await startTestService({
          ...{ bin: sandbox.bin, files: sandbox.files, within: copy.within },
          ...{ state: at('found/state'), seenState: path.join(copy.seen, 'state') },
        })
        expect(await found.must('audit.verify', {}, { cookie })).toMatchObject({ brokenAt: null })
        const { jobs: left } = await found.must('job.list', { limit: 200 }, { cookie })
        expect(left.filter(({ state }) => state === 'waiting' || state === 'running')).toEqual([])
        const there = new Set(left.map((job) => job.id))
        // Those of the last page: more than were answered since the last cut.
        expect(known.slice(-100).filter((job) => !there.has(job))).toEqual([])
        jobs = known.length
      }
      writing.abort()
      await writer
      tell(`power cut of the state: ${CUTS} disks found whole; ${jobs} jobs`)
    },
  )

  test('a line that was cut off in the middle is no tampering', { timeout: FAULT_TIMEOUT_MS }, async () => {
    await using service = await startTestService({ bin: sandbox.bin, files: sandbox.files })
    await service.addRoles()
    const call = () => service.call('jail.stop', { id: 'iocage:www' }) // refused, and audited
    for (let n = 0; n < 110; n += 1) await call() // a checkpoint each hundred rows
    await service.stop('SIGKILL')
    const file = path.join(service.state, 'audit-checkpoints')
    const whole = readFileSync(file, 'utf8')
    expect(whole.trim()).not.toBe('')
    for (const torn of ['101 abcdef', '101 abcdef 0123', '\0'.repeat(40)]) {
      writeFileSync(file, whole)
      appendFileSync(file, torn)
      await service.startAgain()
      expect(await service.must('audit.verify', {}, as)).toMatchObject({ brokenAt: null })
      await service.stop('SIGKILL')
      expect(readFileSync(file, 'utf8')).toBe(whole)
    }
    await service.startAgain()
  })
})
