import { setTimeout as delay } from 'node:timers/promises'
import { readdirSync, readlinkSync, rmdirSync } from 'node:fs'
import path from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, type Dialect, ended, iocage, jailsOf, RELEASE, type Rig, rowOf } from './test-changes.ts'
import { FAULT_TIMEOUT_MS, faultCount, randomValues, SEED, tell, isLong } from '../../fault-runs.ts'
import { descendants } from './test-processes.ts'
import { nothingHangs, startRig } from './test-rig.ts'

/**
 * The machine loses power while jails are made: host and service end in one moment, whatever they are at. A jail is shown
 * as ready only when it is whole, which a start by hand tells. Remedies: `lackOf` of jail-folders.ts, and the job's row.
 */
const dialects: readonly Dialect[] = isLong ? ['0.9.7', '1.13'] : ['1.13']
/** Cuts, each of several creates that have come to points of their own. */
const CUTS = faultCount(1, 25)
const JAILS = faultCount(2, 4)

// Only in the long form: each cut is a start of a whole host.
describe.runIf(isLong).each(dialects)(`power is lost while jails are made, iocage %s, seed ${SEED}`, (dialect) => {
  let rig: Rig & AsyncDisposable
  const found = { whole: 0, marked: 0, absent: 0, wrong: 0 }

  beforeAll(async () => {
    rig = await startRig(dialect)
    await iocage(rig, ...(dialect === '0.9.7' ? ['create', 'tag=base'] : ['create', '-n', 'base']), '-r', RELEASE)
    await iocage(rig, 'set', 'template=yes', 'base')
  })
  afterAll(async () => {
    tell(`power cut, ${dialect}: ${CUTS * JAILS} creates cut; ${JSON.stringify(found)}`)
    await rig[Symbol.asyncDispose]()
  })

  // The older iocage makes one jail at a time, so the later ones of a bulk are cut later.
  const lastsMs = dialect === '0.9.7' ? JAILS * 1_300 : JAILS * 700
  const cuts = randomValues(fc.record({ afterMs: fc.integer({ min: 0, max: lastsMs }), template: fc.boolean() }), CUTS)
  test.each(cuts.map((cut, n) => ({ ...cut, n })))(
    'cut $n, after $afterMs ms',
    { timeout: FAULT_TIMEOUT_MS },
    async ({ afterMs, template, n }) => {
      await expect.poll(async () => (await rowOf(rig, 'base'))?.kind, { timeout: 20_000 }).toBe('template')
      const tags = Array.from({ length: JAILS }, (_, m) => `cut${n}j${m}x`)
      const source = template ? { kind: 'template', name: 'base' } : { kind: 'release', name: RELEASE }
      const create = (tag: string) => ({ tag, source, ip4: [], boot: false, vnet: false })
      const job = await ask(rig, {
        verb: 'jail.create',
        input: { jails: tags.map(create) as never, start: false },
      })
      await delay(afterMs) // the fault itself: at any moment
      process.kill(rig.service.pid, 'SIGSTOP') // it must not live to see its host end
      // What was just starting on the host would start it again: it had no power either.
      for (const pid of [...descendants(rig.service.pid), hostPid(rig)]) endAtOnce(pid)
      await rig.service.stop('SIGKILL')

      // The machine comes up again: mounts are made anew, jails are down.
      await rig.sandbox.run('zpool', 'list')
      await removeBareFolders()
      await rig.service.startAgain()
      rig.stream = await rig.service.events('admin')
      const left = (await rig.service.must('job.detail', { id: job.id }, { as: 'admin' })).job
      expect(left.state).toMatch(/^(interrupted|succeeded|failed)$/)
      await nothingHangs(rig)

      // What is half there counts as being made for some seconds; then nothing is there that no row shows.
      await expect.poll(() => rowNames(), { timeout: 20_000 }).toEqual(await datasetNames())
      await removeMarked()
      for (const tag of tags) await judge(tag)
      for (const tag of tags) await remake(tag, source)
    },
  )

  /** The sandbox's zfs makes the folder before the dataset, the kernel's after it: a folder alone is none of ours. */
  async function removeBareFolders(): Promise<void> {
    const { output } = await rig.sandbox.run('zfs', 'get', '-H', '-o', 'value', 'mountpoint', 'tank/iocage')
    const jails = path.join(rig.sandbox.files, output.trim(), 'jails')
    const datasets = new Set(await datasetNames())
    for (const name of readdirSync(jails)) if (!datasets.has(name)) rmdirSync(path.join(jails, name))
  }
  const rowNames = async () =>
    (await jailsOf(rig))
      .filter(({ kind }) => kind === 'jail')
      .map(({ id }) => id.replace('iocage:', ''))
      .toSorted()
  const datasetNames = async () =>
    (await rig.sandbox.run('zfs', 'list', '-H', '-o', 'name', '-r', 'tank/iocage/jails')).output
      .split('\n')
      .flatMap((name) => /^tank\/iocage\/jails\/([^/]+)$/.exec(name)?.[1] ?? [])
      .toSorted()

  const destroy = async ({ id, tag }: { id: string; tag: string }) => {
    const end = await ended(rig, await ask(rig, { verb: 'jail.destroy', input: { id, confirm: tag } }))
    expect({ ...end.failure, state: end.state }).toEqual({ state: 'succeeded' })
  }

  /** What is marked goes by the one click that its row names. While it is there, an older iocage starts no jail at all. */
  async function removeMarked(): Promise<void> {
    for (const row of (await jailsOf(rig)).filter(({ state }) => state === 'unreadable')) {
      found.marked += 1
      expect(row.problem).toMatch(/half-made|not valid JSON|is empty/)
      await destroy(row)
    }
  }

  /** Shown as ready must be ready: it starts, by hand. */
  async function judge(tag: string): Promise<void> {
    const row = (await jailsOf(rig)).find((jail) => jail.tag === tag)
    if (row === undefined) return void (found.absent += 1)
    expect(row).toMatchObject({ state: 'down', problem: null })
    const got = await rig.sandbox.run('iocage', 'get', 'all', row.uuid ?? tag)
    const { exitCode, output } = await rig.sandbox.run('iocage', 'start', row.uuid ?? tag)
    if (exitCode === 0 && got.exitCode === 0) found.whole += 1
    else found.wrong += 1
    expect({ exitCode, output, got: got.exitCode }).toMatchObject({ exitCode: 0, got: 0 })
    await iocage(rig, 'stop', row.uuid ?? tag)
  }

  /** The jail can be made, once what is there of it is gone. */
  async function remake(tag: string, source: object): Promise<void> {
    await expect.poll(async () => (await rowOf(rig, tag))?.state, { timeout: 20_000 }).not.toBe('up')
    const row = await rowOf(rig, tag)
    if (row !== undefined) await destroy(row)
    const input = { jails: [{ tag, source, ip4: [], boot: false, vnet: false }] as never, start: false }
    let made = await ended(rig, await ask(rig, { verb: 'jail.create', input }))
    const snapshot = /\(zfs destroy (?:-r )?(\S+)\)/.exec(made.failure?.hint ?? '')?.[1]
    if (snapshot !== undefined) {
      expect((await rig.sandbox.run('zfs', 'destroy', '-r', snapshot)).exitCode).toBe(0)
      made = await ended(rig, await ask(rig, { verb: 'jail.create', input }))
    }
    expect({ ...made.failure, state: made.state }).toEqual({ state: 'succeeded' })
    await destroy((await rowOf(rig, tag)) ?? { id: '', tag })
  }
})

/** The first process of the sandbox host, which everything on it ends with. */
const hostPid = ({ sandbox }: Rig): number =>
  Number(/^\/proc\/(\d+)\//.exec(readlinkSync(path.join(sandbox.state, 'host')))?.[1])

function endAtOnce(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // ESRCH: it has ended by itself
  }
}
