import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { VerbName } from '@/lib/contract/verbs.ts'
import { verbNamed, verbNames } from '@/lib/contract/verbs.ts'
import { createTestSandbox, type TestSandbox } from './host/test-sandbox.ts'
import { startTestService, TEST_PASSWORD, type TestService } from './test-service.ts'

/** Two users who are limited to jails whose tags begin with web, on a host that has others. */
let sandbox: TestSandbox
let service: TestService
let ids: Record<string, string>
let webId: string

const must = async (command: string, ...argv: string[]) => {
  const { exitCode, output } = await sandbox.run(command, ...argv)
  if (exitCode !== 0) throw new Error(`${command} ${argv.join(' ')}: ${output}`)
}

beforeAll(async () => {
  sandbox = createTestSandbox('1.13')
  await must('iocage', 'activate', 'tank')
  await must('iocage', 'fetch', '-r', '14.3-RELEASE')
  for (const tag of ['web1', 'db1']) await must('iocage', 'create', '-r', '14.3-RELEASE', '-n', tag)
  service = await startTestService({ bin: sandbox.bin, files: sandbox.files })
  await service.addRoles()
  ids = Object.fromEntries(
    await Promise.all(
      (['operator', 'admin'] as const).map(async (role) => {
        const userName = `web-${role}`
        const { id } = await service.must('user.create', { userName, password: TEST_PASSWORD, role }, { as: 'admin' })
        await service.must('user.setLimits', { id, jails: ['web*'], consoles: role === 'operator' }, { as: 'admin' })
        await service.login(userName)
        return [userName, id] as const
      }),
    ),
  )
  const { jails } = await service.must('host.snapshot', {}, { as: 'admin' })
  expect(jails.map(({ tag }) => tag).toSorted()).toEqual(['db1', 'web1'])
  webId = jails.find(({ tag }) => tag === 'web1')?.id ?? ''
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await sandbox[Symbol.asyncDispose]()
})

const idOf = async (tag: string) =>
  (await service.must('host.snapshot', {}, { as: 'admin' })).jails.find((jail) => jail.tag === tag)?.id ?? ''
const as = { as: 'web-operator' }
const codeOf = async (answer: Promise<{ ok: boolean; error?: { code: string } }>) => {
  const result = await answer
  return result.ok ? 'ok' : result.error?.code
}
const ended = (jobId: string) =>
  service
    .events('admin')
    .then((stream) => stream.next('job.changed', ({ job }) => job.id === jobId && job.endedAt !== null))

describe('a user limited to some jails', () => {
  test('sees those, and of others neither the jail nor its jobs nor its events', async () => {
    const { jails } = await service.must('host.snapshot', {}, as)
    expect(jails.map(({ tag }) => tag)).toEqual(['web1'])
    const stream = await service.events('web-operator')
    const others = await service.events('admin')
    const dbId = await idOf('db1')
    const job = await service.must('jail.start', { id: dbId }, { as: 'admin', changeId: randomUUID() })
    await others.next('jail.changed', ({ jail }) => jail.tag === 'db1' && jail.state === 'up', 60_000)
    await others.next('job.changed', ({ job: { id, endedAt } }) => id === job.id && endedAt !== null, 60_000)
    const mine = await service.must('jail.start', { id: webId }, { ...as, changeId: randomUUID() })
    await stream.next('job.changed', ({ job: { id, endedAt } }) => id === mine.id && endedAt !== null, 60_000)
    const text = JSON.stringify(stream.seen)
    expect(text).not.toContain('db1')
    expect(text).not.toContain(job.id)
    // No number is missing: a page that counts them does not begin anew.
    const numbers = stream.seen.map(({ seq }) => seq)
    expect(numbers.slice(1).every((seq, n) => seq - (numbers[n] ?? 0) <= 1)).toBe(true)
    expect((await service.must('job.list', {}, as)).jobs.map(({ id }) => id)).toEqual([mine.id])
    expect(await codeOf(service.call('job.detail', { id: job.id }, as))).toBe('not_found')
    expect(await codeOf(service.call('job.cancel', { id: job.id }, as))).toBe('forbidden')
    expect((await service.call('job.detail', { id: mine.id }, as)).ok).toBe(true)
    stream.close()
    others.close()
  })

  test('changes those and no others, one by one or in a crowd, by any verb', async () => {
    const dbId = await idOf('db1')
    for (const answer of [
      service.call('jail.stop', { id: dbId }, as),
      service.call('jail.detail', { id: dbId }, as),
      service.call('jail.bulk', { jails: [{ id: webId }, { id: dbId }], action: 'stop' }, as),
      service.call('console.ticket', { id: dbId }, as),
      service.call('change.preview', { verb: 'jail.stop', input: { id: dbId } }, as),
      service.call('change.preview', { verb: 'change.preview', input: { verb: 'jail.stop', input: { id: dbId } } }, as),
      service.call('jail.stop', { id: 'iocage:no-such-jail' }, as),
    ])
      expect(await codeOf(answer)).toBe('forbidden')
    expect(await codeOf(service.call('change.preview', { verb: 'jail.stop', input: { id: webId } }, as))).toBe('ok')
    expect((await service.call('jail.detail', { id: webId }, as)).ok).toBe(true)
    expect((await service.must('host.snapshot', {}, { as: 'admin' })).jails.find(({ id }) => id === dbId)?.state).toBe(
      'up',
    )
  })

  test('makes jails of fitting names only', async () => {
    const jail = (tag: string) => ({
      ...{ tag, source: { kind: 'release' as const, name: '14.3-RELEASE' }, ip4: [], boot: false, vnet: false },
    })
    const create = (...tags: string[]) =>
      service.call('jail.create', { jails: tags.map(jail), start: false }, { ...as, changeId: randomUUID() })
    expect(await codeOf(create('web2', 'db2'))).toBe('forbidden')
    const made = await create('web2')
    expect(made.ok).toBe(true)
    if (made.ok) await ended(made.value.id)
    expect((await service.must('host.snapshot', {}, as)).jails.map(({ tag }) => tag).toSorted()).toEqual([
      'web1',
      'web2',
    ])
  })

  test('opens consoles as an admin said, whatever the role says', async () => {
    expect(await codeOf(service.call('console.ticket', { id: webId }, as))).toBe('ok')
    expect(await codeOf(service.call('console.ticket', { id: webId }, { as: 'web-admin' }))).toBe('forbidden')
    expect(await codeOf(service.call('console.ticket', { id: webId }, { as: 'operator' }))).toBe('forbidden')
  })

  test('has no right over the host, not even as an admin: it could end its own limits', async () => {
    const web = { as: 'web-admin' }
    for (const answer of [
      service.call('user.list', {}, web),
      service.call('user.setLimits', { id: ids['web-admin'] ?? '', jails: null, consoles: null }, web),
      service.call('audit.list', {}, web),
      service.call('pool.activate', { pool: 'tank' }, web),
      service.call('host.storage', {}, web),
      service.call('host.network', {}, web),
    ])
      expect(await codeOf(answer)).toBe('forbidden')
  })

  test('takes them along into tokens, which may be limited further', async () => {
    const { token } = await service.must(
      'token.create',
      { name: 'all', role: 'operator', jails: ['*1'], unattended: false, days: 1 },
      as,
    )
    expect((await service.must('host.snapshot', {}, { token })).jails.map(({ tag }) => tag)).toEqual(['web1'])
    expect(await codeOf(service.call('jail.stop', { id: await idOf('db1') }, { token }))).toBe('forbidden')
    expect(await codeOf(service.call('jail.start', { id: await idOf('web2') }, { token }))).toBe('forbidden')
  })

  test('the last admin over all jails stays one', async () => {
    const { users } = await service.must('user.list', {}, { as: 'admin' })
    const id = users.find(({ userName }) => userName === 'admin')?.id ?? ''
    const second = await service.must(
      'user.create',
      { userName: 'second', password: TEST_PASSWORD, role: 'admin' },
      { as: 'admin' },
    )
    await service.login('second')
    await service.must('user.setLimits', { id: second.id, jails: ['db*'], consoles: null }, { as: 'admin' })
    expect(await codeOf(service.call('user.setRole', { id, role: 'viewer' }, { as: 'admin' }))).toBe('conflict')
    expect(await codeOf(service.call('user.setLimits', { id, jails: ['web*'], consoles: null }, { as: 'admin' }))).toBe(
      'conflict',
    )
  })

  test('when the limits change, what is open comes back with the new ones', async () => {
    const stream = await service.events('web-operator')
    await service.must(
      'user.setLimits',
      { id: ids['web-operator'] ?? '', jails: ['db*'], consoles: null },
      { as: 'admin' },
    )
    await stream.next('session.changed')
    await stream.ended
    expect((await service.must('host.snapshot', {}, as)).jails.map(({ tag }) => tag)).toEqual(['db1'])
    expect(await codeOf(service.call('jail.stop', { id: webId }, as))).toBe('forbidden')
  })
})

/** Every verb about jails, with an input that names the wrong one in each way that its schema knows. */
describe('no verb about jails forgets the limits', () => {
  const jailVerbs = verbNames.filter((name) => verbNamed(name).access.startsWith('jail:'))
  const inputs: Partial<Record<VerbName, (wrong: string) => unknown>> = {
    'jail.detail': (id) => ({ id }),
    'jail.start': (id) => ({ id }),
    'jail.stop': (id) => ({ id }),
    'jail.restart': (id) => ({ id }),
    'jail.create': () => ({
      jails: [{ tag: 'db9', source: { kind: 'release', name: '14.3-RELEASE' }, ip4: [], boot: false, vnet: false }],
      start: false,
    }),
    'jail.set': (id) => ({ id, property: 'notes', value: 'x' }),
    'jail.convertToTemplate': (id) => ({ id }),
    'jail.convertToJail': (id) => ({ id }),
    'jail.destroy': (id) => ({ id, confirm: 'db1' }),
    'jail.bulk': (id) => ({ jails: [{ id }], action: 'stop' }),
    'change.preview': (id) => ({ verb: 'jail.stop', input: { id } }),
    'console.ticket': (id) => ({ id, fresh: false }),
    'console.users': (id) => ({ id }),
    'file.upload': (id) => ({ id, path: '/tmp/x', bytes: 1 }),
    'file.download': (id) => ({ id, path: '/etc/passwd' }),
  }
  /** They name no jail: what they answer is the caller's own. */
  const own: readonly VerbName[] = ['console.list', 'console.close']

  test.each(jailVerbs.filter((name) => !own.includes(name)))('%s', async (name) => {
    await service.must(
      'user.setLimits',
      { id: ids['web-admin'] ?? '', jails: ['web*'], consoles: true },
      { as: 'admin' },
    )
    const input = inputs[name]
    expect(input, `${name} is a new verb about jails: say here how its input names one`).toBeDefined()
    const wrong = input?.(await idOf('db1'))
    expect(verbNamed(name).input.safeParse(wrong).error).toBeUndefined()
    expect(await codeOf(service.call(name, wrong as never, { as: 'web-admin' }))).toBe('forbidden')
  })
})
