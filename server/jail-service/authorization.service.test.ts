import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Role, roleCan } from '@/lib/capabilities.ts'
import { verbNamed, verbNames } from '@/lib/contract/verbs.ts'
import { CALL_BODY_MAX_BYTES, callPath } from '@/lib/contract/wire.ts'
import type { WireError } from '@/lib/errors.ts'
import { startTestService, TEST_PASSWORD, type TestService } from './test-service.ts'

/** Rights need no jails: a host without any command is enough. */
let service: TestService
let endedCookie: string

beforeAll(async () => {
  service = await startTestService()
  await service.addRoles()
  await service.login('admin', TEST_PASSWORD)
  endedCookie = service.cookieOf('admin')
  await service.must('session.logout', {}, { as: 'admin' })
  await service.login('admin', TEST_PASSWORD)
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
})

/**
 * What a call with an unknown field is answered: every right is looked at before the input, and nothing is done either
 * way. `invalid_input` therefore means that the right was there.
 */
async function probe(verb: string, cookie: string | undefined): Promise<WireError['code'] | 'ok'> {
  const { status, body } = await service.request(
    'POST',
    callPath(verb),
    JSON.stringify({ input: { surprise: true } }),
    cookie === undefined ? {} : { cookie },
  )
  const answer = JSON.parse(body) as { ok: true } | { ok: false; error: WireError }
  if (answer.ok) return 'ok'
  const statuses: Partial<Record<WireError['code'], number>> = {
    unauthenticated: 401,
    forbidden: 403,
    invalid_input: 400,
  }
  expect(status).toBe(statuses[answer.error.code])
  return answer.error.code
}

describe('every verb × every caller', () => {
  for (const name of verbNames) {
    const { access } = verbNamed(name)
    for (const role of Role.options)
      test(`${name} as ${role}`, async () => {
        const may = access === 'anyone' || roleCan(role, access)
        expect(await probe(name, service.cookieOf(role))).toBe(may ? 'invalid_input' : 'forbidden')
      })
    test(`${name} without a session, with an ended and with a made-up one`, async () => {
      const wanted = access === 'anyone' ? 'invalid_input' : 'unauthenticated'
      for (const cookie of [undefined, endedCookie, '__Host-cellblock=made.up', '__Host-cellblock=%', 'other=1'])
        expect(await probe(name, cookie)).toBe(wanted)
    })
  }

  test('a role that was taken back does not hold for the next call', async () => {
    const { users } = await service.must('user.list', {}, { as: 'admin' })
    const id = users.find(({ userName }) => userName === 'operator')?.id ?? ''
    expect(await probe('jail.start', service.cookieOf('operator'))).toBe('invalid_input')
    await service.must('user.setRole', { id, role: 'viewer' }, { as: 'admin' })
    expect(await probe('jail.start', service.cookieOf('operator'))).toBe('forbidden')
    await service.must('user.setRole', { id, role: 'operator' }, { as: 'admin' })
    expect(await probe('jail.start', service.cookieOf('operator'))).toBe('invalid_input')
  })

  test('the event stream needs a session', async () => {
    for (const headers of [{}, { cookie: endedCookie }] as Record<string, string>[])
      expect((await service.request('GET', '/events', undefined, headers)).status).toBe(401)
  })
})

describe('what is no call', () => {
  const call = (body: string | undefined, verb = 'account.me') =>
    service.request('POST', callPath(verb), body, { cookie: service.cookieOf('admin') })

  test.each([
    ['an unknown verb', '{"input":{}}', 'jail.shell', 404],
    ['a verb of the object itself', '{"input":{}}', 'constructor', 404],
    ['a path in place of a verb', '{"input":{}}', '../../etc/passwd', 404],
    ['no JSON', 'hello', 'account.me', 400],
    ['nothing', undefined, 'account.me', 400],
    ['no object', '[]', 'account.me', 400],
    ['an unknown field beside the input', '{"input":{},"role":"admin"}', 'account.me', 400],
    ['a change id that is none', '{"input":{},"changeId":"../x"}', 'account.me', 400],
    ['nested without end', `{"input":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 'account.me', 400],
    ['too large', JSON.stringify({ input: 'x'.repeat(CALL_BODY_MAX_BYTES) }), 'account.me', 413],
  ])('%s', async (_, body, verb, status) => {
    expect((await call(body, verb)).status).toBe(status)
    expect((await call('{"input":{}}')).status).toBe(200)
  })

  test('health tells nobody anything', async () => {
    expect(JSON.parse((await service.request('GET', '/health')).body)).toEqual({
      ok: true,
      version: expect.any(String),
    })
    expect((await service.request('GET', '/call/account.me')).status).toBe(404)
    expect((await service.request('GET', '/')).status).toBe(404)
  })

  test('a fault says nothing of the inside and is found in the log by its id', async () => {
    const { body } = await call('{"input":{"id":"iocage:nothing"}}', 'jail.detail')
    expect(body).not.toMatch(/node_modules|\.ts|\.mjs|\/tmp/)
  })
})
