import { expect } from 'vitest'
import { createTestSandbox } from '../host/test-sandbox.ts'
import { startTestService, type TestServiceOptions } from '../test-service.ts'
import { type Dialect, iocage, isDown, jailsOf, RELEASE, type Rig, shown } from './test-changes.ts'
import { makeStandIn, type StandIn } from './test-stand-in.ts'

/** A sandbox with an active pool and, unless it is not needed, one release, and the service over it, with an admin's event stream. */
export async function startRig(
  dialect: Dialect,
  options: (bin: string) => Partial<TestServiceOptions> = () => ({}),
  { release = true } = {},
): Promise<Rig & AsyncDisposable> {
  const sandbox = createTestSandbox(dialect)
  await iocage({ sandbox }, 'activate', 'tank')
  if (release) await iocage({ sandbox }, 'fetch', '-r', RELEASE)
  const service = await startTestService({ bin: sandbox.bin, files: sandbox.files, ...options(sandbox.bin) })
  await service.addRoles()
  return {
    ...{ dialect, sandbox, service, stream: await service.events('admin') },
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]()
      await sandbox[Symbol.asyncDispose]()
    },
  }
}

/** The same with jails www and other, and programs in the places of iocage and jls that do what they are told. */
export async function startRigOfStandIns(): Promise<Rig & AsyncDisposable & Record<'iocage' | 'jls', StandIn>> {
  const standIns: StandIn[] = []
  const standIn = (bin: string, name: string) => {
    const made = makeStandIn(bin, name)
    standIns.push(made)
    return made.file
  }
  const rig = await startRig(
    '1.13',
    (bin) => ({ args: ['--iocage', standIn(bin, 'iocage'), '--jls', standIn(bin, 'jls')] }),
    { release: false },
  )
  for (const tag of ['www', 'other']) await iocage(rig, 'create', '-n', tag, '-e')
  await shown(rig, 'other', isDown)
  const [forIocage, forJls] = standIns as [StandIn, StandIn]
  return {
    ...rig,
    ...{ iocage: forIocage, jls: forJls },
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]()
      for (const one of standIns) one[Symbol.dispose]()
    },
  }
}

/** Ends the service as `kill -9` does, and starts it again over what it left; how long that took, in milliseconds. */
export async function killAndStart(rig: Rig): Promise<number> {
  await rig.service.stop('SIGKILL')
  const begin = performance.now()
  await rig.service.startAgain()
  const tookMs = performance.now() - begin
  rig.stream = await rig.service.events('admin')
  return tookMs
}

/**
 * The table shows what iocage says in a terminal: the same jails in the same states. What is left half-made iocage lists as it
 * likes, and the table marks it.
 */
export async function tableIsTrue(rig: Rig): Promise<void> {
  const differs = async () => {
    const listed = (await iocage(rig, 'list', '-H'))
      .trim()
      .split('\n')
      .filter((row) => row !== '')
      .map((row) => row.split('\t'))
      .map(([, name = '', state = '', tag = name]) => ({ tag: rig.dialect === '0.9.7' ? tag : name, state }))
    const rows = (await jailsOf(rig)).filter(({ kind }) => kind === 'jail')
    const marked = new Set(rows.flatMap(({ tag, state }) => (state === 'unreadable' ? [tag] : [])))
    const words = (all: readonly { tag: string; state: string }[]) =>
      all.flatMap(({ tag, state }) => (marked.has(tag) ? [] : [`${tag} ${state}`])).toSorted()
    const [iocageSays, table] = [words(listed), words(rows)]
    return JSON.stringify(iocageSays) === JSON.stringify(table) ? undefined : { iocageSays, table }
  }
  await expect.poll(differs, { timeout: 30_000 }).toBeUndefined()
}

/** No job is left that waits or runs, and the audit is whole. */
export async function nothingHangs({ service }: Rig): Promise<void> {
  const as = { as: 'admin' }
  expect((await service.must('job.list', { states: ['waiting', 'running'] }, as)).jobs).toEqual([])
  expect(await service.must('audit.verify', {}, as)).toMatchObject({ brokenAt: null })
}
