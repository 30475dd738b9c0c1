import { expect, test } from 'vitest'
import { mayComeBefore, verbNamed, verbNames } from '@/lib/contract/verbs.ts'
import { callPath } from '@/lib/contract/wire.ts'
import type { WireError } from '@/lib/errors.ts'
import type { Result } from '@/lib/result.ts'
import { TestBrowser } from '../test-browser.ts'
import { startTestService, TEST_PASSWORD, type TestService } from '../test-service.ts'
import { TestAuthenticator } from './test-authenticator.ts'
import { startTestProvider } from './test-oidc-provider.ts'
import { codeOf } from './test-totp.ts'

const origin = 'http://localhost:8470'

async function start(args: readonly string[] = []): Promise<TestService> {
  const service = await startTestService({ args: ['--origin', origin, ...args] })
  await service.addRoles()
  return service
}

/** Has the admin set up an app, and ask a second factor of some roles. */
async function ask(service: TestService, roles: ('viewer' | 'operator' | 'admin')[]): Promise<{ secret: string }> {
  const { secret } = await service.must('totp.begin', {}, { as: 'admin' })
  await service.must('totp.enable', { code: await codeOf(secret, -1) }, { as: 'admin' })
  await service.must('user.setPolicy', { roles }, { as: 'admin' })
  return { secret }
}
const forbidden = (message: string) => ({
  ok: false,
  error: expect.objectContaining({ code: 'forbidden', message: expect.stringContaining(message) }),
})

test('a role that must have a second factor: who has none can set one up and do nothing else', async () => {
  await using service = await start()
  const before = await service.events('operator')
  await ask(service, ['operator'])

  // What is open ends, and does not come back.
  await before.ended
  await expect(service.events('operator')).rejects.toThrow('401')
  const { actor } = await service.must('session.login', { userName: 'operator', password: TEST_PASSWORD })
  expect(actor).toMatchObject({ userName: 'operator', secondStep: 'setUp' })
  for (const name of verbNames) {
    if (verbNamed(name).access === 'anyone') continue
    const { body } = await service.request('POST', callPath(name), JSON.stringify({ input: { surprise: true } }), {
      cookie: service.cookieOf('operator'),
    })
    const answer = JSON.parse(body) as { ok: false; error: WireError }
    expect.soft(answer.error.code, name).toBe(mayComeBefore('setUp', name) ? 'invalid_input' : 'forbidden')
  }
  expect(await service.call('job.list', {}, { as: 'operator' })).toEqual(forbidden('Set one up first'))
  expect(
    await service.call(
      'account.changePassword',
      { current: TEST_PASSWORD, next: 'another password here' },
      { as: 'operator' },
    ),
  ).toEqual(forbidden('Set one up first'))
  for (const place of ['/events', '/stream/none', '/ws/console'])
    expect
      .soft((await service.request('GET', place, undefined, { cookie: service.cookieOf('operator') })).status, place)
      .not.toBe(200)

  const { secret } = await service.must('totp.begin', {}, { as: 'operator' })
  expect(await service.call('totp.enable', { code: '000000' }, { as: 'operator' })).toMatchObject({ ok: false })
  expect(await service.call('job.list', {}, { as: 'operator' })).toEqual(forbidden('Set one up first'))
  await service.must('totp.enable', { code: await codeOf(secret, -1) }, { as: 'operator' })
  expect(await service.call('job.list', {}, { as: 'operator' })).toMatchObject({ ok: true })
  const stream = await service.events('operator')
  stream.close()

  // The last one cannot be taken away again.
  expect(await service.call('totp.disable', {}, { as: 'operator' })).toMatchObject({
    ok: false,
    error: { code: 'conflict', message: expect.stringContaining('your only one') },
  })
  // Roles that need none are as they were.
  expect(await service.call('job.list', {}, { as: 'viewer' })).toMatchObject({ ok: true })
})

test('who has one already has to show it: the password alone adds no other', async () => {
  await using service = await start()
  const { secret } = await service.must('totp.begin', {}, { as: 'viewer' })
  await service.must('totp.enable', { code: await codeOf(secret, -1) }, { as: 'viewer' })
  const key = new TestAuthenticator(origin)
  const { options } = await service.must('passkey.begin', {}, { as: 'operator' })
  const { id } = await service.must('passkey.add', { name: 'key', passkey: key.make(options) }, { as: 'operator' })
  await ask(service, ['viewer', 'operator'])

  // A login with the code is two factors; this one was.
  const code = await codeOf(secret)
  expect(await service.must('session.login', { userName: 'viewer', password: TEST_PASSWORD, code })).not.toHaveProperty(
    'actor.secondStep',
  )

  // The password beside a passkey is one.
  const { actor } = await service.must('session.login', { userName: 'operator', password: TEST_PASSWORD })
  expect(actor.secondStep).toBe('confirm')
  for (const refused of [
    await service.call('totp.begin', {}, { as: 'operator' }),
    await service.call('passkey.begin', {}, { as: 'operator' }),
    await service.call('job.list', {}, { as: 'operator' }),
  ])
    expect(refused).toEqual(forbidden('did not show it yet'))
  await service.must('session.confirm', { password: TEST_PASSWORD }, { as: 'operator' })
  expect(await service.call('job.list', {}, { as: 'operator' })).toEqual(forbidden('did not show it yet'))
  const old = { cookie: service.cookieOf('operator') }
  const asked = await service.must('passkey.challenge', {})
  await service.must('session.confirm', { passkey: key.use(asked.options) }, { as: 'operator' })
  expect(await service.call('job.list', {}, { as: 'operator' })).toMatchObject({ ok: true })
  // A copy of the cookie of before has no share in it.
  expect(await service.call('job.list', {}, old)).toEqual(forbidden('did not show it yet'))
  expect(await service.call('passkey.remove', { id }, { as: 'operator' })).toMatchObject({
    ok: false,
    error: { code: 'conflict', message: expect.stringContaining('your only one') },
  })
})

test('an admin asks of others only what they showed themselves; tokens are their own thing', async () => {
  await using service = await start()
  expect(await service.call('user.setPolicy', { roles: ['admin'] }, { as: 'admin' })).toMatchObject({
    ok: false,
    error: { code: 'conflict', message: expect.stringContaining('did not show a second factor') },
  })
  const { token } = await service.must(
    'token.create',
    { name: 'backup', role: 'operator', jails: null, unattended: false, days: 1 },
    { as: 'operator' },
  )
  await ask(service, ['admin', 'operator', 'viewer'])
  expect(await service.must('user.policy', {}, { as: 'admin' })).toEqual({ roles: ['admin', 'operator', 'viewer'] })
  expect(await service.call('job.list', {}, { token })).toMatchObject({ ok: true })
  expect(await service.call('job.list', {}, { as: 'operator' })).toEqual(forbidden('Set one up first'))
  const { rows } = await service.must('audit.list', { verb: 'user.setPolicy' }, { as: 'admin' })
  expect(rows[0]).toMatchObject({ outcome: 'succeeded', text: 'ask for a second factor: admin, operator, viewer' })

  await service.must('user.setPolicy', { roles: [] }, { as: 'admin' })
  expect(await service.call('job.list', {}, { as: 'operator' })).toMatchObject({ ok: true })
})

test.each([
  ['here', 'setUp'],
  ['provider', undefined],
] as const)('a login by OpenID Connect whose second factor is asked %s', async (secondFactor, step) => {
  await using provider = await startTestProvider({ origin, settings: { secondFactor, roles: { ops: 'operator' } } })
  provider.accounts.ada = { preferred_username: 'ada', groups: ['ops'] }
  await using service = await start(['--oidc', provider.file])
  await ask(service, ['operator'])
  const browser = new TestBrowser(service)
  const { url } = await browser.must('oidc.begin', { origin, purpose: 'login' })
  const { actor } = await browser.must('session.loginByOidc', { answer: await provider.logIn(url, 'ada') })
  expect(actor.secondStep).toBe(step)
  const list: Result<unknown> = await browser.call('job.list', {})
  expect(list.ok).toBe(step === undefined)
})
