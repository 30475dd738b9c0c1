import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NewJail } from '@/lib/contract/jail-verbs.ts'
import type { VerbInput, VerbName } from '@/lib/contract/verbs.ts'
import type { WireError } from '@/lib/errors.ts'
import type { Job } from '@/lib/job.ts'
import { createTestSandbox, type TestSandbox } from './host/test-sandbox.ts'
import { startTestService, type TestService, type TestStream } from './test-service.ts'

/** What bad input gets, over the socket: an error that says what happened and what to do, and nothing half-made. */
describe.each(['0.9.7', '1.13'] as const)('over iocage %s', (dialect) => {
  let sandbox: TestSandbox
  let service: TestService
  let stream: TestStream
  let folder: string
  /** iocage as the service sees it: the sandbox's own, or a program that a test puts in its place. */
  let iocage: string
  const as = { as: 'admin' }
  const RELEASE = '14.3-RELEASE'

  const program = (...lines: string[]) => {
    writeFileSync(iocage, ['#!/bin/sh', ...lines, ''].join('\n'))
    chmodSync(iocage, 0o755)
  }
  const theRealOne = () => `exec ${sandbox.bin}/iocage "$@"`

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'cellblock-bad-'))
    iocage = path.join(folder, 'iocage')
    sandbox = createTestSandbox(dialect)
    program(theRealOne())
    service = await startTestService({ bin: sandbox.bin, files: sandbox.files, args: ['--iocage', iocage] })
    await service.addRoles()
    stream = await service.events('admin')
  })
  afterAll(async () => {
    await service[Symbol.asyncDispose]()
    await sandbox[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true })
  })

  const newJail = (tag: string, more: Partial<NewJail> = {}) => ({
    ...{ tag, source: { kind: 'release' as const, name: RELEASE }, ip4: [], boot: false, vnet: false },
    ...more,
  })
  const withAddress = (address: string, name = 'igb0', prefix = 24) =>
    newJail('shop', { ip4: [{ interface: name, address, prefix }] })
  const ended = async (job: Job) =>
    (await stream.next('job.changed', ({ job: told }) => told.id === job.id && told.endedAt !== null, 60_000)).job
  async function succeeds<Name extends VerbName>(verb: Name, input: VerbInput<Name>): Promise<void> {
    const { state, failure } = await ended((await service.must(verb, input, as)) as Job)
    expect({ state, failure }).toEqual({ state: 'succeeded', failure: null })
  }
  /** The job that a change becomes, which is to fail, with nothing of it left. */
  async function fails<Name extends VerbName>(verb: Name, input: VerbInput<Name>): Promise<Job> {
    const before = await everything()
    const job = await ended((await service.must(verb, input, as)) as Job)
    expect(job.failure?.message).toMatch(/^[^\n]{10,}[.)]/)
    expect(job.failure?.hint).toMatch(/^[^\n]{10,}[.)]/)
    expect(await everything()).toEqual(before)
    return job
  }
  /** The refusal of a call, which made no job and changed nothing. */
  async function refused<Name extends VerbName>(verb: Name, input: VerbInput<Name>): Promise<WireError> {
    const jobs = async () => (await service.must('job.list', {}, as)).jobs.map(({ id }) => id)
    const before = await jobs()
    const answer = await service.call(verb, input, as)
    if (answer.ok) throw new Error(`${verb} ${JSON.stringify(input)} was accepted`)
    expect(answer.error.message).toMatch(/^[^\n]{10,}[.)?]|An example/)
    expect(answer.error.hint).toBeTruthy()
    expect(await jobs()).toEqual(before)
    return answer.error
  }
  const jailOf = async (tag: string) =>
    (await service.must('host.snapshot', {}, as)).jails.find((jail) => jail.tag === tag)
  const idOf = async (tag: string) => (await jailOf(tag))?.id ?? ''
  /** All that the host keeps, as zfs and the kernel tell. */
  async function everything(): Promise<string[]> {
    const [datasets, running] = await Promise.all([
      sandbox.run('zfs', 'list', '-H', '-o', 'name', '-t', 'all'),
      sandbox.run('jls', 'name'),
    ])
    return [...datasets.output.split('\n'), ...running.output.split('\n')].toSorted()
  }

  test('before a pool is active: a pool that does not exist, and everything that needs one', async () => {
    expect(await refused('pool.activate', { pool: 'nosuch' })).toMatchObject({
      code: 'conflict',
      message: 'There is no pool nosuch. This host has: tank.',
    })
    expect((await refused('pool.activate', { pool: '-f' })).message).toMatch(/pool name starts with a letter/)
    expect((await refused('release.fetch', { release: RELEASE })).message).toMatch(/No pool is active yet/)
    expect((await refused('jail.create', { jails: [newJail('shop')], start: false })).message).toMatch(/No pool/)
    await succeeds('pool.activate', { pool: 'tank' })
    expect((await refused('pool.activate', { pool: 'tank' })).message).toBe('tank is active already.')
  })

  test('a release that does not exist', async () => {
    for (const release of ['../../etc', '--help', 'latest', ''])
      expect((await refused('release.fetch', { release })).message).toBe('A release looks like 14.3-RELEASE.')
    const job = await fails('release.fetch', { release: '9.9-RELEASE' })
    expect(job.failure?.message).toMatch(/9\.9-RELEASE/)
    await succeeds('release.fetch', { release: RELEASE })
    expect(
      await refused('jail.create', {
        jails: [newJail('shop', { source: { kind: 'release', name: '9.9-RELEASE' } })],
        start: false,
      }),
    ).toMatchObject({
      code: 'invalid_input',
      message: '9.9-RELEASE is not fetched on this host. Fetch it under Releases first.',
    })
  })

  test.each([
    ['-x', /cannot start with a dash/],
    ['--help', /cannot start with a dash/],
    ['', /Give the jail a name/],
    [' ', /no blanks/],
    ['web 1', /no blanks/],
    ['web\n', /no blanks or line breaks/],
    ['a'.repeat(200), /at most 63 characters/],
    ['ALL', /reserved word/],
    ['all', /reserved word/],
    ['default', /reserved word/],
    ['webALL', /act on every jail/],
    ['web.1', /no dot/],
    ['../x', /starts with a letter/],
    ['wéb', /only letters/],
  ])('the tag %j', async (tag, words) => {
    const error = await refused('jail.create', { jails: [newJail(tag)], start: false })
    expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringMatching(words) })
    expect(error.fields).toContainEqual({ path: 'jails.0.tag', message: expect.stringMatching(words) })
  })

  test('a tag that is used, or the beginning of another', async () => {
    await succeeds('jail.create', { jails: [newJail('web10')], start: false })
    const create = (...tags: string[]) =>
      refused('jail.create', { jails: tags.map((tag) => newJail(tag)), start: false })
    expect((await create('web10')).message).toMatch(/named web10 already/)
    expect((await create('web1')).message).toMatch(/begin alike/)
    expect((await create('web100')).message).toMatch(/begin alike/)
    expect((await create('same', 'same')).message).toMatch(/named same already/)
    const one = await create('good', 'web10')
    expect(one.message).toMatch(/named web10 already/)
    expect(one.hint).toMatch(/also not for the others/)
    expect(await jailOf('good')).toBeUndefined()
    // The primer's own template has this name; as a property it is none that this verb sets.
    await succeeds('jail.create', { jails: [newJail('template')], start: false })
  })

  test.each([
    ['10.0.1', /not an IPv4 address/],
    ['10.0.1.256', /not an IPv4 address/],
    ['10.0.1.02', /not an IPv4 address/],
    ['10.0.1.2;reboot', /not an IPv4 address/],
    ['10.0.0.11', /in use by the host, on igb0/],
    ['192.168.7.7', /outside the network/],
  ])('the address %s', async (address, words) => {
    expect((await refused('jail.create', { jails: [withAddress(address)], start: false })).message).toMatch(words)
    const value = `igb0|${address}/24`
    expect((await refused('jail.set', { id: await idOf('web10'), property: 'ip4_addr', value })).message).toMatch(words)
  })

  test('an address of another jail, on no interface, with a wrong mask, or twice', async () => {
    await succeeds('jail.set', { id: await idOf('web10'), property: 'ip4_addr', value: 'igb0|10.0.1.10/24' })
    const create = async (...jails: ReturnType<typeof newJail>[]) =>
      (await refused('jail.create', { jails, start: false })).message
    expect(await create(withAddress('10.0.1.10'))).toMatch(/in use by web10/)
    expect(await create(withAddress('10.0.1.11', 'em7'))).toMatch(/no interface em7\. It has: .*igb0/)
    expect(await create(withAddress('10.0.1.11', '-x'))).toMatch(/no name of an interface/)
    expect(await create(withAddress('10.0.1.11', 'igb0', 99))).toMatch(/mask|32/i)
    expect(await create(withAddress('10.0.1.11'), { ...withAddress('10.0.1.11'), tag: 'mail' })).toMatch(
      /in use by shop/,
    )
  })

  test('values and properties that are none', async () => {
    const id = await idOf('web10')
    const set = async (property: string, value: string) =>
      (await refused('jail.set', { id, property: property as 'notes', value })).message
    expect(await set('boot', 'template')).toMatch(/on or off, not “template”/)
    expect(await set('host_hostname', 'a b')).toMatch(/host name/)
    expect(await set('notes', 'a\nb')).toMatch(/line breaks/)
    expect(await set('template', 'yes')).toMatch(/^Only ip4_addr/)
    expect(await set('exec_prestart', '/bin/rm')).toMatch(/^Only ip4_addr/)
  })

  test('a jail that runs is made no template and not destroyed; a template is not started', async () => {
    const id = await idOf('template')
    await succeeds('jail.start', { id })
    expect(await refusedBy('jail.convertToTemplate', { id })).toBe('template is up. Stop it first.')
    expect(await refusedBy('jail.destroy', { id, confirm: 'template' })).toBe('template is up. Stop it first.')
    await succeeds('jail.stop', { id })
    await succeeds('jail.convertToTemplate', { id })
    expect(await refusedBy('jail.start', { id })).toMatch(/is a template\. Convert it back/)
    expect(await refusedBy('jail.destroy', { id, confirm: 'Template' })).toBe('Type template to confirm.')
    expect(await refusedBy('jail.start', { id: 'iocage:nosuch' })).toBe('This jail is not on the host.')
    const from = newJail('shop', { source: { kind: 'template', name: 'web10' } })
    expect(await refusedBy('jail.create', { jails: [from], start: false })).toBe('There is no template web10.')
  })
  const refusedBy = async <Name extends VerbName>(verb: Name, input: VerbInput<Name>) =>
    (await refused(verb, input)).message

  test('a full disk in the middle of a create, of one and of several', async () => {
    sandbox.fault('disk-full', true)
    try {
      const one = await fails('jail.create', { jails: [withAddress('10.0.1.20')], start: true })
      expect(one.failure?.message).toMatch(/pool is full/)
      expect(one.failure?.hint).toMatch(/Storage shows what takes space/)
      const several = await fails('jail.create', { jails: ['a1', 'b1', 'c1'].map((tag) => newJail(tag)), start: false })
      expect(several.failure?.message).toBe('3 of 3 did not succeed: a1, b1, c1.')
    } finally {
      sandbox.fault('disk-full', false)
    }
    await succeeds('jail.create', { jails: [withAddress('10.0.1.20')], start: true })
  })

  /** The real iocage, except for one of its commands. */
  const except = (command: string, ...lines: string[]) =>
    program(`if [ "$1" = ${command} ]; then`, ...lines, 'fi', theRealOne())

  test('an iocage that dies in the middle of a create: what it leaves is marked, and destroyed by a click', async () => {
    const id = dialect === '0.9.7' ? '6b1f3c9e-0a55-4f9c-9a63-0f5f8d0f6c01' : 'halfway'
    const own = `tank/iocage/jails/${id}`
    const before = await everything()
    except(
      'create',
      `${sandbox.bin}/zfs create ${own}`,
      `${sandbox.bin}/zfs snapshot tank/iocage/releases/${RELEASE}/root@${id}`,
      `${sandbox.bin}/zfs clone tank/iocage/releases/${RELEASE}/root@${id} ${own}/root`,
      'kill -9 $$',
    )
    const job = await ended(await service.must('jail.create', { jails: [newJail('halfway')], start: true }, as))
    expect(job).toMatchObject({ state: 'failed' })
    expect(job.failure?.hint).toMatch(/the table marks it/)
    program(theRealOne())
    const marked = await stream.next('jail.changed', ({ jail }) => jail.id === `iocage:${id}`)
    expect(marked.jail).toMatchObject({ state: 'unreadable', problem: expect.stringMatching(/left half-made/) })
    const { tag } = marked.jail
    await succeeds('jail.destroy', { id: marked.jail.id, confirm: tag })
    expect(await everything()).toEqual(before)
    await succeeds('jail.create', { jails: [newJail('halfway')], start: false })
  })

  // What the service does then is the same in both dialects.
  if (dialect === '1.13') return
  describe('an iocage that does not do what it should', () => {
    afterAll(() => program(theRealOne()))
    test('prints nonsense and ends well', async () => {
      except('stop', 'echo "<html>"; exit 0')
      const job = await ended(await service.must('jail.stop', { id: await idOf('shop') }, as))
      expect(job).toMatchObject({ state: 'failed', exitCode: 0, failure: { message: 'shop is still up.' } })
      expect((await jailOf('shop'))?.state).toBe('up')
    })
    test('prints without end', async () => {
      except('stop', 'exec yes nonsense')
      const job = await ended(await service.must('jail.stop', { id: await idOf('shop') }, as))
      expect(job).toMatchObject({ state: 'failed', failure: { message: expect.stringMatching(/printed without end/) } })
      expect((await service.must('job.detail', { id: job.id }, as)).truncated).toBe(true)
    })
    test('dies', async () => {
      except('stop', 'echo "* Stopping …"; kill -9 $$')
      const job = await ended(await service.must('jail.stop', { id: await idOf('shop') }, as))
      expect(job).toMatchObject({ state: 'failed', exitCode: null })
      expect(job.failure?.message).toBe('shop is still up. The command was ended before it was done.')
    })
    test('hangs: the rest goes on, and the end of the service ends it too', async () => {
      const pidFile = path.join(folder, 'hanging')
      except('stop', `echo $$ > ${pidFile}`, 'exec sleep 600')
      const job = await service.must('jail.stop', { id: await idOf('shop') }, as)
      await stream.next('job.changed', ({ job: told }) => told.id === job.id && told.state === 'running')
      await succeeds('jail.set', { id: await idOf('web10'), property: 'notes', value: 'meanwhile' })
      await service.stop()
      expect(() => process.kill(Number(readFileSync(pidFile, 'utf8')), 0)).toThrow(/ESRCH/)
      program(theRealOne())
      await service.startAgain()
      stream = await service.events('admin')
      expect((await service.must('job.detail', { id: job.id }, as)).job).toMatchObject({ state: 'interrupted' })
      expect((await jailOf('shop'))?.state).toBe('up')
    })
    test('is not installed any more, nor when a waiting job has its turn', async () => {
      rmSync(iocage)
      const job = await ended(await service.must('jail.stop', { id: await idOf('shop') }, as))
      expect(job.failure).toMatchObject({ message: `${iocage} cannot be started on the host.` })
      expect(job.failure?.hint).toMatch(/Check that the program is installed/)
      await stream.next(
        'host.changed',
        ({ hostState }) => hostState.problems.some(({ summary }) => summary.startsWith('iocage is not installed')),
        30_000,
      )
      const error = await refused('jail.stop', { id: await idOf('shop') })
      expect(error.message).toMatch(/^iocage is not installed: there is no .*Install it/)
      expect((await jailOf('shop'))?.state).toBe('up')
    })
  })
})
