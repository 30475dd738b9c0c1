import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Result } from '@/lib/result.ts'
import { ask, ended, iocage, isDown, jailsOf, RELEASE, type Rig, rowOf, shown } from './test-changes.ts'
import { FAULT_TIMEOUT_MS, faultCount, isLong, tell } from '../../fault-runs.ts'
import { killAndStart, nothingHangs, startRig, tableIsTrue } from './test-rig.ts'
import { makeSmallDisk, type SmallDisk } from './test-small-disk.ts'

/**
 * The disk of the state folder is full: for jobs, accounts and the audit, which all lie there; then the pool. Remedies: the
 * audit's row comes first, changes are refused with a reason, what cannot be noted of a read is let go, files are replaced
 * whole.
 */
const as = { as: 'admin' }

describe('the disk of the state folder is full', () => {
  let folder: string
  let disk: SmallDisk
  let rig: Rig & AsyncDisposable

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'cellblock-full-'))
    const state = path.join(folder, 'state')
    mkdirSync(state)
    disk = await makeSmallDisk(state, 12 * 1024 * 1024)
    rig = await startRig('1.13', () => ({ state, seenState: disk.seen, within: disk.within }))
    await iocage(rig, 'create', '-n', 'www', '-e')
    await shown(rig, 'www', isDown)
  })
  afterAll(async () => {
    await rig[Symbol.asyncDispose]()
    await disk[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true })
  })

  const set = async (value: string) => {
    const id = (await rowOf(rig, 'www'))?.id ?? ''
    return rig.service.call('jail.set', { id, property: 'notes', value }, as)
  }
  const refusal = (answer: Result<unknown>) => (answer.ok ? undefined : answer.error)
  /** All files that are no database: each is whole at every moment. */
  const wholeFiles = () => {
    for (const name of readdirSync(disk.seen))
      if (['audit-head', 'audit-key', 'factor-key'].includes(name)) {
        const text = readFileSync(path.join(disk.seen, name), 'utf8')
        expect(text.length, name).toBeGreaterThan(20)
        if (name === 'audit-head') expect(() => JSON.parse(text) as unknown).not.toThrow()
      }
  }

  test(
    'changes are refused in words, reading goes on, and it heals by itself',
    { timeout: FAULT_TIMEOUT_MS },
    async () => {
      const rounds = faultCount(1, 20)
      for (let round = 0; round < rounds; round += 1) {
        const { pid } = rig.service
        disk.fill()
        // What SQLite still has of room in its own files may let a few more through.
        await expect
          .poll(async () => refusal(await set(`full ${round} ${'x'.repeat(500)}`))?.message, { timeout: 60_000 })
          .toMatch(/audit log cannot be written, so nothing was changed/)
        const notes = (await rowOf(rig, 'www'))?.notes
        expect(refusal(await set('not now'))).toMatchObject({
          code: 'unavailable',
          hint: expect.stringMatching(/disk of the service’s state folder is full/),
        })
        expect((await rowOf(rig, 'www'))?.notes).toBe(notes)
        expect((await jailsOf(rig)).map(({ tag }) => tag)).toContain('www')
        for (const verb of ['audit.list', 'job.list', 'account.me', 'host.storage'] as const)
          expect(await rig.service.call(verb, {}, as), verb).toMatchObject({ ok: true })
        expect((await rig.service.request('GET', '/health')).status).toBe(200)
        // What is done in a terminal is still seen.
        await iocage(rig, 'set', `notes=terminal ${round}`, 'www')
        await expect.poll(async () => (await rowOf(rig, 'www'))?.notes, { timeout: 20_000 }).toBe(`terminal ${round}`)
        wholeFiles()
        expect(rig.service.pid).toBe(pid)

        disk.empty()
        const answer = await set(`healed ${round}`)
        expect(refusal(answer)).toBeUndefined()
        if (answer.ok) expect((await ended(rig, answer.value)).state).toBe('succeeded')
        await nothingHangs(rig)
      }
      tell(`full state disk: ${rounds} times full and healed`)
    },
  )

  test(
    'in the middle of jobs: each has an end, none is lost, and a kill -9 finds all of them',
    { timeout: FAULT_TIMEOUT_MS },
    async () => {
      const rounds = faultCount(1, 10)
      for (let round = 0; round < rounds; round += 1) {
        const job = await ask(rig, {
          verb: 'jail.create',
          input: {
            jails: ['a', 'b', 'c'].map((one) => ({
              ...{ tag: `${one}${round}full`, source: { kind: 'release', name: RELEASE } },
              ...{ ip4: [], boot: false, vnet: false },
            })) as never,
            start: true,
          },
        })
        disk.fill()
        expect((await ended(rig, job)).state).toMatch(/^(succeeded|failed)$/)
        await tableIsTrue(rig)
        disk.empty()
        // What became of them gets onto the disk as soon as there is room, without a restart.
        const active = async () =>
          (await rig.service.must('job.list', { states: ['waiting', 'running'] }, as)).jobs.map(({ state }) => state)
        await expect.poll(active, { timeout: 30_000 }).toEqual([])
        const audited = async () =>
          (await rig.service.must('audit.list', {}, as)).rows.some(
            ({ jobId, outcome }) => jobId === job.id && outcome !== 'intent',
          )
        await expect.poll(audited, { timeout: 30_000 }).toBe(true)
        await killAndStart(rig)
        const { job: left, children } = await rig.service.must('job.detail', { id: job.id }, as)
        for (const one of [left, ...children]) expect(one.state).toMatch(/^(succeeded|failed|interrupted)$/)
        await nothingHangs(rig)
        for (const tag of ['a', 'b', 'c'].map((one) => `${one}${round}full`))
          await rig.sandbox.run('iocage', 'destroy', '-f', tag)
      }
    },
  )

  test('a start on a full disk says so in one sentence, or answers', { timeout: FAULT_TIMEOUT_MS }, async () => {
    await rig.service.stop('SIGKILL')
    disk.fill()
    const started = await rig.service.startAgain().then(
      () => 'answers',
      (error: Error) => error.message,
    )
    if (started !== 'answers') expect(started).toMatch(/jail-service: [^\n]*(full|no space|cannot be written)/i)
    else expect((await rig.service.call('host.snapshot', {}, as)).ok).toBe(true)
    tell(`full state disk, start: ${started.slice(0, 200)}`)
    await rig.service.stop('SIGKILL')
    disk.empty()
    await rig.service.startAgain()
    rig.stream = await rig.service.events('admin')
    const answer = await set('after all')
    expect(refusal(answer)).toBeUndefined()
    if (answer.ok) expect((await ended(rig, answer.value)).state).toBe('succeeded')
    await nothingHangs(rig)
  })
})

/** Of the pool in the middle of a create see bad-input.service.test.ts, each time; here of what writes most. */
describe.runIf(isLong)('the pool is full in the middle of a fetch', () => {
  let rig: Rig & AsyncDisposable
  beforeAll(async () => {
    rig = await startRig('1.13')
  })
  afterAll(() => rig[Symbol.asyncDispose]())

  test('says so, no half release counts, and it heals by itself', { timeout: FAULT_TIMEOUT_MS }, async () => {
    const rounds = faultCount(1, 5)
    const fault = path.join(rig.sandbox.state, 'faults/disk-full')
    const fetch = async () => ended(rig, await ask(rig, { verb: 'release.fetch', input: { release: '13.5-RELEASE' } }))
    const isFetched = async () =>
      (await rig.service.must('host.snapshot', {}, as)).releases.some(
        ({ name, fetched }) => name === '13.5-RELEASE' && fetched,
      )
    for (let round = 0; round < rounds; round += 1) {
      mkdirSync(path.dirname(fault), { recursive: true })
      writeFileSync(fault, '1M')
      const failed = await fetch()
      rmSync(fault)
      expect(failed).toMatchObject({ state: 'failed', failure: { message: expect.stringMatching(/pool is full/) } })
      expect(await isFetched()).toBe(false)
      expect((await fetch()).state).toBe('succeeded')
      expect(await isFetched()).toBe(true)
      for (const part of ['releases', 'download'])
        await rig.sandbox.run('zfs', 'destroy', '-r', `tank/iocage/${part}/13.5-RELEASE`)
      await expect.poll(isFetched, { timeout: 20_000 }).toBe(false)
    }
    tell(`full pool: ${rounds} times full and healed`)
  })
})
