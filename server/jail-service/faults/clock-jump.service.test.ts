import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { TEST_PASSWORD } from '../test-service.ts'
import { ask, ended, iocage, isDown, type Rig, rowOf, shown } from './test-changes.ts'
import { FAULT_TIMEOUT_MS, isLong, someOf } from '../../fault-runs.ts'
import { killAndStart, nothingHangs, startRig } from './test-rig.ts'
import { makeStandIn, type StandIn } from './test-stand-in.ts'

/**
 * The machine's clock is set, ahead and back. Remedies: timers and limits on the monotonic clock, sessions that are moved
 * with the clock (accounts/clock-steps.ts), an audit whose order is its numbers.
 */
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const as = { as: 'admin' }

describe('the clock jumps', () => {
  let folder: string
  let rig: Rig & AsyncDisposable
  let standIn: StandIn
  let turned = 0
  /** The wall clock is wrong by so much from now on, in milliseconds. */
  const turn = (ms: number) => {
    turned = ms
    writeFileSync(path.join(folder, 'clock.new'), String(ms))
    renameSync(path.join(folder, 'clock.new'), path.join(folder, 'clock'))
  }

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'cellblock-clock-'))
    const preload = pathToFileURL(path.join(import.meta.dirname, 'test-clock.mjs'))
    preload.searchParams.set('file', path.join(folder, 'clock'))
    turn(0)
    rig = await startRig(
      '1.13',
      (bin) => {
        standIn = makeStandIn(bin, 'iocage')
        return { nodeArgs: ['--import', preload.href], args: ['--iocage', standIn.file] }
      },
      { release: false },
    )
    await iocage(rig, 'create', '-n', 'www', '-e')
    await shown(rig, 'www', isDown)
  })
  afterAll(async () => {
    await rig[Symbol.asyncDispose]()
    standIn[Symbol.dispose]()
    rmSync(folder, { recursive: true })
  })
  beforeEach(async () => {
    turn(0)
    await logIn()
    rig.stream = await rig.service.events('admin')
  })
  const logIn = () => rig.service.must('session.login', { userName: 'admin', password: TEST_PASSWORD })
  const isLoggedIn = async () => (await rig.service.call('account.me', {}, as)).ok

  const jumps = [
    ['an hour ahead', () => HOUR],
    ['an hour back', () => -HOUR],
    ['a day ahead', () => DAY],
    ['a day back', () => -DAY],
    ['back to 1970', () => -Date.now() + 10 * MINUTE],
  ] as const

  const back = someOf(
    jumps.filter(([, ms]) => ms() < 0),
    1,
  )

  test.each(someOf(jumps, 2))(
    '%s: jobs, the table and the audit go on in their order',
    { timeout: FAULT_TIMEOUT_MS },
    async (what, ms) => {
      const before = (await rig.service.must('audit.list', { limit: 1 }, as)).rows[0]?.seq ?? 0
      turn(ms())
      if (!(await isLoggedIn())) await logIn()
      rig.stream = await rig.service.events('admin')
      for (const value of [`${what} 1`, `${what} 2`]) {
        const job = await ask(rig, { verb: 'jail.set', input: { id: 'iocage:www', property: 'notes', value } })
        expect((await ended(rig, job)).state).toBe('succeeded')
        expect((await rowOf(rig, 'www'))?.notes).toBe(value)
      }
      await iocage(rig, 'set', `notes=in a terminal, ${what}`, 'www')
      await expect
        .poll(async () => (await rowOf(rig, 'www'))?.notes, { timeout: 20_000 })
        .toBe(`in a terminal, ${what}`)
      turn(0)
      if (!(await isLoggedIn())) await logIn()
      const { rows } = await rig.service.must('audit.list', {}, as)
      const numbers = rows.filter(({ seq }) => seq > before).map(({ seq }) => seq)
      expect(numbers).toEqual(numbers.toSorted((a, b) => b - a))
      expect(numbers.length).toBeGreaterThanOrEqual(4)
      const sets = rows.filter(({ text, outcome, seq }) => seq > before && outcome === 'intent' && text.includes(what))
      expect(sets.map(({ text }) => /\d$/.exec(text.split(' on ')[0] ?? '')?.[0])).toEqual(['2', '1'])
      await nothingHangs(rig)
    },
  )

  test.each(back)('%s prolongs no session', { timeout: FAULT_TIMEOUT_MS }, async (_, ms) => {
    turn(ms())
    expect(await isLoggedIn()).toBe(true) // it was used a moment ago, whatever the clock says
    turn(turned + 31 * MINUTE)
    expect(await isLoggedIn()).toBe(false)
  })

  test.each(back)('%s while the service is down prolongs no session', { timeout: FAULT_TIMEOUT_MS }, async (_, ms) => {
    await rig.service.stop('SIGKILL')
    turn(ms())
    await rig.service.startAgain()
    expect(await isLoggedIn()).toBe(true)
    turn(turned + 31 * MINUTE)
    expect(await isLoggedIn()).toBe(false)
  })

  test(
    'back and ahead again: a session that is used lasts, and no longer than it would',
    { timeout: FAULT_TIMEOUT_MS },
    async () => {
      for (let hours = 0; hours < 12; hours += 1) {
        turn(-DAY + hours * HOUR)
        for (let minutes = 0; minutes < 60; minutes += 20) {
          turn(-DAY + hours * HOUR + minutes * MINUTE)
          expect(await isLoggedIn(), `after ${hours}:${minutes}`).toBe(true)
        }
      }
      turn(-DAY + 12 * HOUR + MINUTE)
      expect(await isLoggedIn()).toBe(false)
    },
  )

  test('back makes no proof fresh: what loses data asks again', { timeout: FAULT_TIMEOUT_MS }, async () => {
    turn(-HOUR)
    expect(await isLoggedIn()).toBe(true)
    turn(-HOUR + 6 * MINUTE)
    expect(await rig.service.call('jail.destroy', { id: 'iocage:www', confirm: 'www' }, as)).toMatchObject({
      ok: false,
      error: { code: 'reauthenticate' },
    })
  })

  test('ahead lets nobody guess sooner', { timeout: FAULT_TIMEOUT_MS }, async () => {
    const guess = async () => rig.service.login('viewer', 'a-wrong-one-of-many', { address: '192.0.2.7' })
    for (let n = 0; n < 5; n += 1) await guess()
    expect(await guess()).toMatchObject({ ok: false, error: { code: 'rate_limited' } })
    turn(DAY)
    expect(await guess()).toMatchObject({ ok: false, error: { code: 'rate_limited' } })
  })

  // An iocage that failed is asked again after 30 s: in the long form only.
  test.runIf(isLong)(
    'back delays no look: an iocage that failed is asked again',
    { timeout: FAULT_TIMEOUT_MS },
    async () => {
      const broken = path.join(folder, 'broken')
      writeFileSync(broken, '')
      standIn.be(
        `if [ -e ${broken} ]; then echo 'ImportError: no module' >&2; exit 3; fi`,
        `exec ${rig.sandbox.bin}/iocage "$@"`,
      )
      const driver = async () => (await rig.service.must('host.snapshot', {}, as)).host.driver
      await expect.poll(driver, { timeout: 60_000 }).toBeNull()
      turn(-DAY)
      rmSync(broken)
      await expect.poll(driver, { timeout: 90_000 }).not.toBeNull()
      standIn.be()
    },
  )

  test('and a kill -9 at the wrong time finds all as it was', { timeout: FAULT_TIMEOUT_MS }, async () => {
    turn(-DAY)
    const job = await ask(rig, { verb: 'jail.set', input: { id: 'iocage:www', property: 'notes', value: 'last' } })
    await killAndStart(rig)
    const left = (await rig.service.must('job.detail', { id: job.id }, as)).job
    expect(left.state).toMatch(/^(interrupted|succeeded)$/)
    await nothingHangs(rig)
  })
})
