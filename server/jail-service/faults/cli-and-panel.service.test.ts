import { setTimeout as delay } from 'node:timers/promises'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { VerbInput, VerbName } from '@/lib/contract/verbs.ts'
import type { Job } from '@/lib/job.ts'
import { shownJail } from '@/lib/jail.ts'
import { createWords, type Dialect, ended, iocage, isDown, jailsOf, type Rig, rowOf, shown } from './test-changes.ts'
import { FAULT_TIMEOUT_MS, faultCount, randomValues, SEED, tell, isLong } from '../../fault-runs.ts'
import { nothingHangs, startRig, tableIsTrue } from './test-rig.ts'

/**
 * Somebody in a terminal and somebody at the panel change the same jails at the same time. Remedies: `stillAllows` asks
 * right before a command whether it is the jail that was shown (by UUID, else by the dataset's guid); the table is read from
 * the host, not kept from what was asked for.
 */
const as = { as: 'admin' }
const dialects: readonly Dialect[] = isLong ? ['0.9.7', '1.13'] : ['1.13']
const RUNS = faultCount(2, 100)
const TAGS = ['anna', 'bert', 'carl'] as const

const operations = ['create', 'destroy', 'start', 'stop', 'set', 'made anew'] as const
const step = fc.record({
  tag: fc.constantFrom(...TAGS),
  byHand: fc.constantFrom(...operations),
  byPanel: fc.constantFrom(...operations.filter((one) => one !== 'made anew')),
  /** When the panel's click comes, in milliseconds before or after the command line. */
  laterMs: fc.integer({ min: -300, max: 1_200 }),
})

describe.each(dialects)(`a terminal and the panel at the same time, iocage %s, seed ${SEED}`, (dialect) => {
  let rig: Rig & AsyncDisposable
  const found = { done: 0, refused: 0, failed: 0, 'left half-made': 0, 'another jail changed': 0 }
  let slowestMs = 0
  let n = 0

  beforeAll(async () => {
    rig = await startRig(dialect)
    for (const tag of TAGS) await iocage(rig, ...createWords(dialect, tag), '-r', '14.3-RELEASE')
    for (const tag of TAGS) await shown(rig, tag, isDown)
  })
  afterAll(async () => {
    tell(
      `terminal and panel, ${dialect}: ${RUNS} at the same time; ${JSON.stringify(found)}; the table was right after at most ${slowestMs.toFixed(0)} ms`,
    )
    await rig[Symbol.asyncDispose]()
  })

  /** In a terminal; whatever it answers. The number of the dataset of a jail that it made. */
  async function byHand(operation: (typeof operations)[number], tag: string): Promise<string | undefined> {
    const run = (...argv: string[]) => rig.sandbox.run('iocage', ...argv)
    const create = async () => {
      const { output } = await run(...createWords(dialect, tag), '-r', '14.3-RELEASE')
      const id = /^(\S+)(?: \(\w+\))? successfully created!$/m.exec(output)?.[1]
      if (id === undefined) return undefined
      const guid = await rig.sandbox.run('zfs', 'get', '-H', '-o', 'value', 'guid', `tank/iocage/jails/${id}`)
      return guid.exitCode === 0 ? guid.output.trim() : 'gone already'
    }
    if (operation === 'create') return create()
    if (operation === 'destroy') await run('destroy', '-f', tag)
    else if (operation === 'set') await run('set', `notes=hand${n}`, tag)
    else if (operation === 'made anew') {
      await run('stop', tag)
      await run('destroy', '-f', tag)
      return create()
    } else await run(operation, tag)
    return undefined
  }

  /** What somebody asks for who sees this row of the table. */
  function click(operation: (typeof operations)[number], tag: string, row: Awaited<ReturnType<typeof rowOf>>) {
    const shown = row === undefined ? { id: 'iocage:nosuch' } : shownJail(row)
    const source = { kind: 'release', name: '14.3-RELEASE' }
    const made: Partial<Record<(typeof operations)[number], [VerbName, unknown]>> = {
      create: ['jail.create', { jails: [{ tag, source, ip4: [], boot: false, vnet: false }], start: false }],
      destroy: ['jail.destroy', { ...shown, confirm: tag }],
      start: ['jail.start', shown],
      stop: ['jail.stop', shown],
      set: ['jail.set', { ...shown, property: 'notes', value: `panel${n}` }],
    }
    return made[operation] as [VerbName, VerbInput<VerbName>]
  }

  /** All jails by the number of their dataset, with what marks them. */
  async function byGuid(): Promise<Map<string, { notes: string; state: string }>> {
    await expect
      .poll(async () => (await jailsOf(rig)).every(({ guid }) => guid !== null), { timeout: 20_000 })
      .toBe(true)
    return new Map((await jailsOf(rig)).map(({ guid, notes, state }) => [guid ?? '', { notes, state }]))
  }

  const runs = randomValues(step, RUNS).map((one, run) => ({ ...one, run }))
  test.each(runs)(
    '$run: $byHand $tag by hand, $byPanel by the panel $laterMs ms later',
    { timeout: FAULT_TIMEOUT_MS },
    async ({ tag, laterMs, ...operation }) => {
      n += 1
      const before = await byGuid()
      const row = await rowOf(rig, tag)
      const hand = delay(Math.max(0, -laterMs)).then(() => byHand(operation.byHand, tag))
      const panel = delay(Math.max(0, laterMs)).then(async () => {
        const [verb, input] = click(operation.byPanel, tag, row)
        const answer = await rig.service.call(verb, input, as)
        return answer.ok ? ended(rig, answer.value as Job) : answer.error
      })
      const [made, answer] = await Promise.all([hand, panel])
      if ('code' in answer) found.refused += 1
      else found[answer.state === 'succeeded' ? 'done' : 'failed'] += 1
      if ('code' in answer) expect(answer.code).toMatch(/^(conflict|not_found|invalid_input|unavailable)$/)

      const begin = performance.now()
      await tableIsTrue(rig)
      slowestMs = Math.max(slowestMs, performance.now() - begin)

      // What the panel did, it did to the jail that was shown, or to none.
      const after = await byGuid()
      for (const [guid, jail] of after)
        if (guid !== row?.guid && jail.notes === `panel${n}`) found['another jail changed'] += 1
      for (const [guid] of before) if (!after.has(guid) && guid !== row?.guid) found['another jail changed'] += 1
      // A jail that was made by hand meanwhile is new: nothing that was clicked before concerns it.
      if (made !== undefined && (after.get(made) ?? { state: 'destroyed' }).state !== 'down')
        found['another jail changed'] += 1
      expect(found['another jail changed']).toBe(0)
      await nothingHangs(rig)

      // Whatever is left, the next round begins with something to change.
      for (const { id, state, tag: marked } of await jailsOf(rig))
        if (state === 'unreadable') {
          found['left half-made'] += 1
          const destroyed = await rig.service.must('jail.destroy', { id, confirm: marked }, as)
          expect((await ended(rig, destroyed)).failure).toBeNull()
        }
      for (const missing of TAGS)
        if ((await rowOf(rig, missing))?.state === undefined)
          await rig.sandbox.run('iocage', ...createWords(dialect, missing), '-r', '14.3-RELEASE')
      await tableIsTrue(rig)
    },
  )

  test(
    'a jail made anew since it was shown is changed by nothing that was clicked before',
    { timeout: FAULT_TIMEOUT_MS },
    async () => {
      for (const operation of ['set', 'start', 'destroy'] as const) {
        await rig.sandbox.run('iocage', 'stop', 'anna')
        await expect.poll(async () => (await rowOf(rig, 'anna'))?.state, { timeout: 20_000 }).toBe('down')
        await byGuid()
        const row = await rowOf(rig, 'anna')
        await byHand('made anew', 'anna')
        await expect
          .poll(async () => (await rowOf(rig, 'anna'))?.guid ?? row?.guid, { timeout: 20_000 })
          .not.toBe(row?.guid)
        const [verb, input] = click(operation, 'anna', row)
        const answer = await rig.service.call(verb, input, as)
        expect(answer, operation).toMatchObject({ ok: false })
        const jails = [row === undefined ? { id: 'iocage:nosuch' } : shownJail(row)]
        expect(await rig.service.call('jail.bulk', { jails, action: 'start' }, as)).toMatchObject({ ok: false })
        expect(await rowOf(rig, 'anna')).toMatchObject({ state: 'down', notes: '' })
      }
    },
  )
})
