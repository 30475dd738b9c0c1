import { expect, vi } from 'vitest'
import type { VerbInput, VerbName } from '@/lib/contract/verbs.ts'
import type { Jail } from '@/lib/jail.ts'
import type { Job } from '@/lib/job.ts'
import type { TestSandbox } from '../host/test-sandbox.ts'
import type { TestService, TestStream } from '../test-service.ts'

export type Dialect = '0.9.7' | '1.13'
export const RELEASE = '14.3-RELEASE'
const as = { as: 'admin' }

/** A service over a sandbox, while it is killed and started again. */
export interface Rig {
  dialect: Dialect
  sandbox: TestSandbox
  service: TestService
  /** Of the service as it runs now. */
  stream: TestStream
}

type Change = { [Name in VerbName]: { verb: Name; input: VerbInput<Name> } }[VerbName]

/** One kind of job, as it is put in the way of a fault. */
export interface ChangeKind {
  name: string
  /** How long it takes about, in milliseconds: random moments lie within it. */
  lastsMs: number
  /** Makes what it needs by the command line, the jail or release being called `tag`. */
  prepare(rig: Rig, tag: string): Promise<void>
  change(rig: Rig, tag: string): Promise<Change>
  /** Whether the host is as the change was to make it. */
  isDone(rig: Rig, tag: string): Promise<boolean>
  /** What else brings it there, when it was left half-way. */
  otherwise?: (rig: Rig, tag: string) => Promise<Change>
}

/** All jails, as the service tells. */
export const jailsOf = async ({ service }: Rig): Promise<Jail[]> => (await service.must('host.snapshot', {}, as)).jails
export const rowOf = async (rig: Rig, tag: string): Promise<Jail | undefined> =>
  (await jailsOf(rig)).find((jail) => jail.tag === tag)
const idOf = async (rig: Rig, tag: string) => ({ id: (await rowOf(rig, tag))?.id ?? 'iocage:nosuch' })
const isState = (state: Jail['state']) => async (rig: Rig, tag: string) => (await rowOf(rig, tag))?.state === state

/** Runs iocage as somebody in a terminal would; throws with what it printed when it fails. */
export async function iocage({ sandbox }: Pick<Rig, 'sandbox'>, ...argv: string[]): Promise<string> {
  const { exitCode, output } = await sandbox.run('iocage', ...argv)
  if (exitCode !== 0) throw new Error(`iocage ${argv.join(' ')} ended with ${exitCode}: ${output}`)
  return output
}
export const createWords = (dialect: Dialect, tag: string): string[] =>
  dialect === '0.9.7' ? ['create', `tag=${tag}`] : ['create', '-n', tag]

/** Waits until a row of the table is as it is to be, also outside of a test. */
export const shown = (rig: Rig, tag: string, isIt: (jail: Jail | undefined) => boolean): Promise<void> =>
  vi.waitFor(
    async () => {
      const row = await rowOf(rig, tag)
      if (!isIt(row)) throw new Error(`${tag} is not as it was made: ${JSON.stringify(row)}`)
    },
    { timeout: 20_000, interval: 50 },
  )
export const isDown = (jail: Jail | undefined): boolean => jail?.state === 'down'
const make = async (rig: Rig, tag: string, ...from: string[]) => {
  await iocage(rig, ...createWords(rig.dialect, tag), ...from)
  await shown(rig, tag, isDown)
}
const makeUp = async (rig: Rig, tag: string) => {
  await make(rig, tag, '-r', RELEASE)
  await iocage(rig, 'start', tag)
  await shown(rig, tag, (jail) => jail?.state === 'up')
}
const start = async (rig: Rig, tag: string): Promise<Change> => ({
  verb: 'jail.start',
  input: await idOf(rig, tag),
})
const creates = (
  name: string,
  source: { kind: 'release' | 'template' | 'empty'; name: string },
  also: Partial<ChangeKind> = {},
): ChangeKind => ({
  name: `create from ${name}`,
  lastsMs: 1_600,
  prepare: () => Promise.resolve(),
  change: (_, tag) =>
    Promise.resolve({
      verb: 'jail.create',
      input: { jails: [{ tag, source, ip4: [], boot: false, vnet: false }] as never, start: false },
    }),
  isDone: isState('down'),
  ...also,
})

/** Every kind of job that there is. */
export const changeKinds: readonly ChangeKind[] = [
  {
    name: 'start',
    lastsMs: 1_200,
    prepare: (rig, tag) => make(rig, tag, '-r', RELEASE),
    change: start,
    isDone: isState('up'),
  },
  {
    name: 'stop',
    lastsMs: 800,
    prepare: makeUp,
    change: async (rig, tag) => ({ verb: 'jail.stop', input: await idOf(rig, tag) }),
    isDone: isState('down'),
  },
  {
    name: 'restart',
    lastsMs: 1_800,
    prepare: makeUp,
    change: async (rig, tag) => ({ verb: 'jail.restart', input: await idOf(rig, tag) }),
    isDone: isState('up'),
    otherwise: start,
  },
  creates('a release', { kind: 'release', name: RELEASE }),
  creates(
    'a template',
    { kind: 'template', name: 'base' },
    {
      prepare: async (rig) => {
        if ((await rowOf(rig, 'base')) !== undefined) return
        await make(rig, 'base', '-r', RELEASE)
        await iocage(rig, 'set', 'template=yes', 'base')
        await shown(rig, 'base', (jail) => jail?.kind === 'template' && jail.state === 'down')
      },
    },
  ),
  creates('nothing', { kind: 'empty', name: 'EMPTY' }, { lastsMs: 900 }),
  {
    name: 'set',
    lastsMs: 600,
    prepare: (rig, tag) => make(rig, tag, '-e'),
    change: async (rig, tag) => ({
      verb: 'jail.set',
      input: { ...(await idOf(rig, tag)), property: 'notes', value: `of ${tag}` },
    }),
    isDone: async (rig, tag) => (await rowOf(rig, tag))?.notes === `of ${tag}`,
  },
  {
    name: 'destroy',
    lastsMs: 1_000,
    prepare: (rig, tag) => make(rig, tag, '-r', RELEASE),
    change: async (rig, tag) => ({ verb: 'jail.destroy', input: { ...(await idOf(rig, tag)), confirm: tag } }),
    isDone: async (rig, tag) => (await rowOf(rig, tag)) === undefined,
  },
  {
    name: 'convert to template',
    lastsMs: 900,
    prepare: (rig, tag) => make(rig, tag, '-r', RELEASE),
    change: async (rig, tag) => ({ verb: 'jail.convertToTemplate', input: await idOf(rig, tag) }),
    isDone: async (rig, tag) => (await rowOf(rig, tag))?.kind === 'template',
  },
  {
    name: 'convert to jail',
    lastsMs: 900,
    prepare: async (rig, tag) => {
      await make(rig, tag, '-r', RELEASE)
      await iocage(rig, 'set', 'template=yes', tag)
      await shown(rig, tag, (jail) => jail?.kind === 'template' && jail.state === 'down')
    },
    change: async (rig, tag) => ({ verb: 'jail.convertToJail', input: await idOf(rig, tag) }),
    isDone: async (rig, tag) => (await rowOf(rig, tag))?.kind === 'jail',
  },
  {
    name: 'fetch',
    lastsMs: 4_000,
    prepare: async (rig) => {
      await rig.sandbox.run('zfs', 'destroy', '-r', 'tank/iocage/releases/13.5-RELEASE')
      await expect.poll(() => isFetched(rig), { timeout: 20_000 }).toBe(false)
    },
    change: () => Promise.resolve({ verb: 'release.fetch', input: { release: '13.5-RELEASE' } }),
    isDone: (rig) => isFetched(rig),
  },
  {
    name: 'activate',
    lastsMs: 1_000,
    prepare: async (rig) => {
      await rig.sandbox.run('zfs', 'set', 'org.freebsd.ioc:active=no', 'tank')
      await expect.poll(() => isActive(rig), { timeout: 30_000 }).toBe(false)
    },
    change: () => Promise.resolve({ verb: 'pool.activate', input: { pool: 'tank' } }),
    isDone: (rig) => isActive(rig),
  },
]

const isFetched = async ({ service }: Rig) =>
  (await service.must('host.snapshot', {}, as)).releases.some(({ name, fetched }) => fetched && name === '13.5-RELEASE')
const isActive = async ({ service }: Rig) =>
  (await service.must('host.snapshot', {}, as)).host.pools.some(({ active }) => active)

/** The job that a change becomes. */
export const ask = async ({ service }: Rig, { verb, input }: Change): Promise<Job> =>
  (await service.must(verb, input, as)) as Job

/** A job at its end. */
export const ended = async ({ stream }: Rig, { id }: Pick<Job, 'id'>): Promise<Job> =>
  (await stream.next('job.changed', ({ job }) => job.id === id && job.endedAt !== null, 60_000)).job

/** What a page sees of a jail that was left half-made, and its one way out. */
const isRemnant = (jail: Jail | undefined): jail is Jail =>
  jail?.state === 'unreadable' && (jail.problem ?? '').includes('half-made')

/**
 * After a fault: whatever is left, the same change asked for again brings it about, at most after the one clean-up that
 * the page names. Answers what was needed.
 */
export async function secondTry(rig: Rig, kind: ChangeKind, tag: string): Promise<'done' | 'again' | 'cleaned up'> {
  const { service, sandbox } = rig
  const attempt = async (change: Change): Promise<string> => {
    const answer = await service.call(change.verb, change.input, as)
    if (!answer.ok) return answer.error.message
    const { state, failure } = await ended(rig, answer.value as Job)
    return state === 'succeeded' ? '' : `${failure?.message} ${failure?.hint}`
  }
  const asShown = async () => {
    // The folder of a jail that is just gone, or half there, is told for sure after some seconds.
    await expect
      .poll(async () => (await kind.isDone(rig, tag)) || isRemnant(await rowOf(rig, tag)), { timeout: 6_000 })
      .toBe(true)
      .catch(() => undefined)
    return kind.isDone(rig, tag)
  }
  const first = await attempt(await kind.change(rig, tag))
  if (await asShown()) return first === '' ? 'again' : 'done'
  if (kind.otherwise !== undefined) {
    expect(await attempt(await kind.otherwise(rig, tag))).toBe('')
    return 'again'
  }
  const remnant = await rowOf(rig, tag)
  const snapshot = /\(zfs destroy (?:-r )?(\S+)\)/.exec(first)?.[1]
  if (isRemnant(remnant))
    expect(await attempt({ verb: 'jail.destroy', input: { id: remnant.id, confirm: remnant.tag } })).toBe('')
  else if (snapshot !== undefined) expect((await sandbox.run('zfs', 'destroy', '-r', snapshot)).exitCode).toBe(0)
  if (await kind.isDone(rig, tag)) return 'cleaned up'
  const second = await attempt(await kind.change(rig, tag))
  expect({ done: await asShown(), second, first }).toMatchObject({ done: true })
  return 'cleaned up'
}
