import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, ended, rowOf } from './test-changes.ts'
import { FAULT_TIMEOUT_MS, faultCount, tell } from '../../fault-runs.ts'
import { descendants, memoryKib } from './test-processes.ts'
import { startRigOfStandIns, tableIsTrue } from './test-rig.ts'

/**
 * A command that prints 1 GiB. Remedies: it is ended at 8 MiB with its group, and what is told and kept of it is bounded.
 */
const GROWTH_MAX_KIB = 64 * 1024
const GIB = 1024 * 1024 * 1024
const as = { as: 'admin' }

describe('a command that prints 1 GiB', () => {
  let rig: Awaited<ReturnType<typeof startRigOfStandIns>>

  beforeAll(async () => {
    rig = await startRigOfStandIns()
  })
  afterAll(async () => {
    await rig[Symbol.asyncDispose]()
  })

  /** Growth of the service's memory at its worst while something is done, in KiB. */
  async function growth(work: () => Promise<void>): Promise<number> {
    const { pid } = rig.service
    const before = memoryKib(pid, 'VmRSS')
    writeFileSync(`/proc/${pid}/clear_refs`, '5') // the peak counts from now on, proc(5)
    await work()
    return memoryKib(pid, 'VmHWM') - before
  }
  const set = async (tag: string, value: string) =>
    ask(rig, { verb: 'jail.set', input: { id: `iocage:${tag}`, property: 'notes', value } })

  const kinds = [
    ['lines', `yes 'a line like many others' | head -c ${GIB}`],
    ['one line without end', `head -c ${GIB} /dev/zero | tr '\\0' x`],
    ['a line that is redrawn', `yes | tr '\\n' '\\r' | head -c ${GIB}`],
    ['errors', `yes 'an error' | head -c ${GIB} >&2`],
    ['bytes that are no text', `head -c ${GIB} /dev/urandom`],
    ['and does not end when asked to', `trap '' TERM; yes nonsense | head -c ${GIB}; sleep 600`],
  ] as const
  // One after the other over one service: what one leaves behind adds to the next.
  test.each(kinds.slice(0, faultCount(2, kinds.length)))('%s', { timeout: FAULT_TIMEOUT_MS }, async (name, script) => {
    const grownKib = await growth(async () => {
      // Only the flood of `www`; what is done to the other goes on meanwhile.
      rig.iocage.except('set', 'case "$*" in *other*) ;; *)', script, 'exit 0;; esac')
      const flood = await set('www', name)
      const other = await set('other', `beside ${name}`)
      expect((await ended(rig, other)).state).toBe('succeeded')
      const job = await ended(rig, flood)
      expect(job).toMatchObject({ state: 'failed', failure: { message: expect.stringMatching(/printed without end/) } })
    })
    expect(descendants(rig.service.pid).length).toBeLessThan(5)
    tell(`flood, ${name}: memory grew by ${Math.round(grownKib / 1024)} MiB at most`)
    expect(grownKib).toBeLessThan(GROWTH_MAX_KIB)
    rig.iocage.be()
    await tableIsTrue(rig)
  })

  test('by the command that tells what runs', { timeout: FAULT_TIMEOUT_MS }, async () => {
    const problems = async () =>
      (await rig.service.must('host.snapshot', {}, as)).host.problems.map(({ summary }) => summary).join(' ')
    const grownKib = await growth(async () => {
      rig.jls.be(`exec head -c ${GIB} /dev/zero`)
      await expect.poll(problems, { timeout: 20_000 }).toMatch(/jls was ended: it printed without end/)
      expect((await rowOf(rig, 'www'))?.tag).toBe('www')
    })
    rig.jls.be()
    await expect.poll(problems, { timeout: 20_000 }).toBe('')
    tell(`flood of jls: memory grew by ${Math.round(grownKib / 1024)} MiB at most`)
    expect(grownKib).toBeLessThan(GROWTH_MAX_KIB)
  })
})
