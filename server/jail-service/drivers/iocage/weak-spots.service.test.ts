import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestSandbox, type TestSandbox } from '../../host/test-sandbox.ts'
import { startTestService, type TestService } from '../../test-service.ts'

/**
 * What iocage does to whoever is careless (security.md, T4 to T6, T14). Each test first has the bare command do the harm, so
 * that it is known to be real, and then shows that no way through the service leads there.
 */
let sandbox: TestSandbox
let service: TestService
/** A folder of the host that is no jail's business, as the host names it, */
const PRECIOUS = '/var/precious'
/** … and where we see it. */
let seen: string
const as = { as: 'admin' }

beforeAll(async () => {
  sandbox = createTestSandbox('1.13')
  for (const argv of [
    ['activate', 'tank'],
    ['fetch', '-r', '14.3-RELEASE'],
    ['create', '-r', '14.3-RELEASE', '-n', 'web'],
    ['create', '-r', '14.3-RELEASE', '-n', 'db'],
  ])
    await bare(...argv)
  seen = path.join(sandbox.files, PRECIOUS)
  mkdirSync(seen, { recursive: true })
  service = await startTestService({ bin: sandbox.bin, files: sandbox.files })
  await service.addRoles()
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await sandbox[Symbol.asyncDispose]()
})
beforeEach(async () => {
  for (const tag of ['web', 'db']) if ((await stateOf(tag)) === 'up') await bare('stop', tag)
})

async function bare(...argv: string[]): Promise<string> {
  const { exitCode, output } = await sandbox.run('iocage', ...argv)
  if (exitCode !== 0) throw new Error(`iocage ${argv.join(' ')}: ${output}`)
  return output
}
const jails = async () => (await service.must('host.snapshot', {}, as)).jails
const idOf = async (tag: string) => (await jails()).find((jail) => jail.tag === tag)?.id ?? ''
const stateOf = async (tag: string) => {
  const { output } = await sandbox.run('iocage', 'list', '-h')
  return output
    .split('\n')
    .find((line) => line.split('\t')[1] === tag)
    ?.split('\t')[2]
}
const folderOf = (tag: string) => path.join(sandbox.files, `tank/iocage/jails/${tag}`)
/** Runs a change to its end; answers why it did not succeed, or undefined. */
async function failureOf(
  verb: 'jail.start' | 'jail.stop' | 'jail.destroy' | 'release.fetch',
  input: object,
): Promise<string | undefined> {
  const stream = await service.events('admin')
  const answer = await service.call(verb, input as never, { ...as, changeId: randomUUID() })
  if (!answer.ok) return `${answer.error.code}: ${answer.error.message}`
  const { id } = answer.value as { id: string }
  const { job } = await stream.next('job.changed', (event) => event.job.id === id && event.job.endedAt !== null, 90_000)
  stream.close()
  return job.failure?.message
}

describe('T4: words that iocage takes for more than they say', () => {
  test('the beginning of a name is taken for the name', async () => {
    await bare('start', 'web')
    await bare('stop', 'we')
    expect(await stateOf('web')).toBe('down')

    await bare('start', 'web')
    for (const id of ['iocage:we', 'iocage:w', 'we'])
      expect(await failureOf('jail.stop', { id })).toMatch(/not_found|invalid_input/)
    expect(await stateOf('web')).toBe('up')
    const create = await service.call(
      'change.preview',
      {
        verb: 'jail.create',
        input: {
          jails: [{ tag: 'we', source: { kind: 'release', name: '14.3-RELEASE' }, ip4: [], boot: false, vnet: false }],
          start: false,
        },
      },
      as,
    )
    expect(create.ok && create.value.groups[0]?.problems.join(' ')).toMatch(/begin alike/)
  })

  test('ALL means every jail', async () => {
    await bare('start', 'web')
    await bare('start', 'db')
    await bare('stop', 'ALL')
    expect([await stateOf('web'), await stateOf('db')]).toEqual(['down', 'down'])

    await bare('start', 'web')
    expect(await failureOf('jail.stop', { id: 'iocage:ALL' })).toMatch(/not_found/)
    expect(await stateOf('web')).toBe('up')
  })

  test.each(['ALL', 'webALL', '-f', '--force', 'default', 'a b', 'a\nb', 'a/b', '..', 'a;b', '$(id)', ''])(
    'a new jail is not named %j',
    async (tag) => {
      const jail = { tag, source: { kind: 'release', name: '14.3-RELEASE' }, ip4: [], boot: false, vnet: false }
      const answer = await service.call('jail.create', { jails: [jail], start: false } as never, as)
      expect(answer).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
    },
  )
})

describe('T5: links below a jail’s root that lead to the host', () => {
  test('a start would write through them; ours does not begin', async () => {
    const victim = path.join(seen, 'resolver')
    const link = path.join(folderOf('web'), 'root/etc/resolv.conf')
    await bare('set', 'resolver=nameserver 192.0.2.53', 'web')
    writeFileSync(victim, 'precious')
    rmSync(link, { force: true })
    symlinkSync(path.join(PRECIOUS, 'resolver'), link)

    expect(await failureOf('jail.start', { id: await idOf('web') })).toMatch(/resolv\.conf in the jail is a link/)
    expect([readFileSync(victim, 'utf8'), await stateOf('web')]).toEqual(['precious', 'down'])

    await bare('start', 'web')
    expect(readFileSync(victim, 'utf8')).toContain('192.0.2.53')
    await bare('stop', 'web')
    rmSync(link)
    await bare('set', 'resolver=/etc/resolv.conf', 'web')
    expect(await failureOf('jail.start', { id: await idOf('web') })).toBeUndefined()
  })
})

describe('T6: properties that are root on the host', () => {
  const hook = path.join(PRECIOUS, 'hooked')
  const hasRun = () => existsSync(path.join(seen, 'hooked'))

  test('a hook runs on the host at the next start', async () => {
    await bare('set', `exec_prestart=/usr/bin/touch ${hook}`, 'db')
    await bare('start', 'db')
    expect(hasRun()).toBe(true)
    await bare('stop', 'db')
    await bare('set', 'exec_prestart=/usr/bin/true', 'db')
    rmSync(path.join(seen, 'hooked'))
  })

  test.each([
    'exec_prestart',
    'exec_poststart',
    'exec_prestop',
    'exec_poststop',
    'exec_start',
    'exec_system_user',
    'mount_fstab',
    'allow_mount_nullfs',
    'allow_raw_sockets',
    'devfs_ruleset',
    'enforce_statfs',
    'children_max',
    'jail_zfs',
    'securelevel',
  ])('%s cannot be set through us, not by an admin either', async (property) => {
    const set = await service.call('jail.set', { id: await idOf('db'), property, value: '1' } as never, as)
    expect(set).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
    const jail = { tag: 'new', source: { kind: 'release', name: '14.3-RELEASE' }, ip4: [], boot: false, vnet: false }
    const create = await service.call(
      'jail.create',
      { jails: [{ ...jail, [property]: '1' }], start: false } as never,
      as,
    )
    expect(create).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
  })

  test('no value of a property that may be set becomes another one', async () => {
    const id = await idOf('db')
    const touch = `/usr/bin/touch ${hook}`
    for (const value of [`x exec_prestart=${touch}`, `x\nexec_prestart=${touch}`, `","exec_prestart":"${touch}`]) {
      const stream = await service.events('admin')
      const answer = await service.call('jail.set', { id, property: 'notes', value }, { ...as, changeId: randomUUID() })
      if (answer.ok) await stream.next('job.changed', ({ job }) => job.id === answer.value.id && job.endedAt !== null)
      stream.close()
    }
    await bare('start', 'db')
    expect(hasRun()).toBe(false)
    expect(await bare('get', 'exec_prestart', 'db')).toMatch(/^\/usr\/bin\/true/)
  })
})

describe('T14: somebody on the way to the mirror', () => {
  const base = (release: string, file: string) =>
    path.join(sandbox.files, 'tank/iocage/releases', release, 'root', file)

  test('answers whoever asks without encryption, with a list that fits what it sends; ours asks by https', async () => {
    sandbox.fault('mirror-forged', true)
    try {
      await bare('fetch', '-r', '13.5-RELEASE')
      expect(readFileSync(base('13.5-RELEASE', 'var/db/forged'), 'utf8')).toBe('Not made by FreeBSD.\n')
      // Nor does https help whoever looks at no certificate.
      await bare('fetch', '-NV', '-s', 'https://download.freebsd.org', '-r', '12.4-RELEASE')
      expect(existsSync(base('12.4-RELEASE', 'var/db/forged'))).toBe(true)

      expect(await failureOf('release.fetch', { release: '11.4-RELEASE' })).toBeUndefined()
      expect(existsSync(base('11.4-RELEASE', 'bin/freebsd-version'))).toBe(true)
      expect(existsSync(base('11.4-RELEASE', 'var/db/forged'))).toBe(false)
    } finally {
      sandbox.fault('mirror-forged', false)
    }
    const { jobs } = await service.must('job.list', { search: '11.4-RELEASE' }, as)
    expect(jobs[0]?.commands).toEqual([['iocage', 'fetch', '-s', 'https://download.freebsd.org', '-r', '11.4-RELEASE']])
  })

  test.each([
    { server: 'https://mirror.example.org' },
    { mirror: 'https://mirror.example.org' },
    { url: 'http://169.254.169.254/' },
    { rootDir: '/tmp' },
    { files: ['base.txz'] },
    { verify: false },
  ])('nobody names another one: %j', async (more) => {
    const input = { release: '14.4-RELEASE', ...more } as never
    for (const verb of ['release.fetch', 'change.preview'] as const) {
      const asked = verb === 'release.fetch' ? input : ({ verb: 'release.fetch', input } as never)
      const answer = await service.call(verb, asked, as)
      expect(answer).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
    }
  })

  test.each(['https://mirror.example.org/14.4-RELEASE', '-s', '../14.4-RELEASE', '14.4-RELEASE -s http://x', 'latest'])(
    'nor by a release called %j',
    async (release) => {
      const answer = await service.call('release.fetch', { release } as never, as)
      expect(answer).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
    },
  )

  test('nor does an operator fetch anything', async () => {
    for (const role of ['operator', 'viewer']) {
      const answer = await service.call('release.fetch', { release: '14.4-RELEASE' }, { as: role })
      expect(answer).toMatchObject({ ok: false, error: { code: 'forbidden' } })
    }
  })
})
