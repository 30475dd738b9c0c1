import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { PasskeyAnswer } from '@/lib/account.ts'
import { startTestService, TEST_PASSWORD, type TestService } from '../test-service.ts'
import { type Lie, TestAuthenticator } from './test-authenticator.ts'

const origin = 'https://jails.example'
let service: TestService
let key: TestAuthenticator
let number = 0
let as: { as: string; address: string }

beforeAll(async () => {
  service = await startTestService({ args: ['--origin', origin, '--origin', 'http://127.0.0.1:8470'] })
  await service.addRoles()
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
})
beforeEach(async () => {
  number += 1
  as = { as: `user${number}`, address: `192.0.2.${number}` }
  await service.must('user.create', { userName: as.as, password: TEST_PASSWORD, role: 'viewer' }, { as: 'admin' })
  await service.login(as.as, TEST_PASSWORD, as)
  key = new TestAuthenticator(origin)
})

const add = async (lie: Lie = {}) => {
  const { options } = await service.must('passkey.begin', {}, as)
  return service.call('passkey.add', { name: 'key', passkey: key.make(options, lie) }, as)
}
const challenge = async () => (await service.must('passkey.challenge', {})).options
const enter = (passkey: PasskeyAnswer) => service.call('session.loginByPasskey', { passkey }, { address: as.address })
const codeIn = async (answer: Promise<{ ok: boolean; error?: { code: string } }>) => {
  const result = await answer
  return result.ok ? 'ok' : result.error?.code
}

describe('a login by a passkey', () => {
  test('needs neither name nor password, is a fresh proof, and notes its use', async () => {
    expect((await add()).ok).toBe(true)
    const entered = await enter(key.use(await challenge()))
    expect(entered).toMatchObject({ ok: true, value: { actor: { userName: as.as } } })
    expect((await service.call('passkey.begin', {}, as)).ok).toBe(true)
    const { passkeys } = await service.must('account.factors', {}, as)
    expect(passkeys).toMatchObject([{ name: 'key', lastUsedAt: expect.any(String) }])
  })

  test('an answer is good once', async () => {
    await add()
    const answer = key.use(await challenge())
    expect(await codeIn(enter(answer))).toBe('ok')
    expect(await codeIn(enter(answer))).toBe('unauthenticated')
  })

  test.each([
    ['for another site', { origin: 'https://jails.example.evil' }],
    ['for our address over http', { origin: 'http://jails.example' }],
    ['for another relying party', { rpId: 'evil.example' }],
    ['without the finger', { unverified: true }],
    ['of a copied key, whose counter stood still', { counter: 1 }],
  ] as [string, Lie][])('an answer %s is none', async (_, lie) => {
    await add()
    expect(await codeIn(enter(key.use(await challenge())))).toBe('ok')
    expect(await codeIn(enter(key.use(await challenge(), lie)))).toBe('unauthenticated')
    expect(await codeIn(enter(key.use(await challenge())))).toBe('ok')
  })

  test('a signature of another key, a challenge of our own making, and a key that was removed are none', async () => {
    await add()
    const other = new TestAuthenticator(origin)
    const mine = key.use(await challenge())
    const forged = {
      ...mine,
      response: { ...mine.response, signature: other.use(await challenge()).response.signature },
    }
    expect(await codeIn(enter(forged))).toBe('unauthenticated')
    expect(await codeIn(enter(key.use({ challenge: 'made-up' })))).toBe('unauthenticated')
    const { passkeys } = await service.must('account.factors', {}, as)
    await service.must('passkey.remove', { id: passkeys[0]?.id ?? '' }, as)
    expect(await codeIn(enter(key.use(await challenge())))).toBe('unauthenticated')
  })
})

describe('adding a passkey', () => {
  test('takes the answer to one’s own question only, once', async () => {
    const { options } = await service.must('passkey.begin', {}, as)
    const answer = key.make(options)
    expect(await codeIn(service.call('passkey.add', { name: 'x', passkey: answer }, { as: 'admin' }))).toBe(
      'invalid_input',
    )
    expect(await codeIn(service.call('passkey.add', { name: 'x', passkey: answer }, as))).toBe('ok')
    expect(await codeIn(service.call('passkey.add', { name: 'x', passkey: answer }, as))).toBe('invalid_input')
  })

  test.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another relying party', { rpId: 'evil.example' }],
    ['no finger', { unverified: true }],
  ] as [string, Lie][])('not with %s', async (_, lie) => {
    expect(await codeIn(add(lie))).toBe('invalid_input')
  })

  test('other users’ passkeys are not there to be removed, nor to confirm by', async () => {
    await add()
    const { passkeys } = await service.must('account.factors', {}, as)
    expect(await codeIn(service.call('passkey.remove', { id: passkeys[0]?.id ?? '' }, { as: 'admin' }))).toBe(
      'not_found',
    )
    const passkey = key.use(await challenge())
    expect(await codeIn(service.call('session.confirm', { passkey }, { as: 'operator' }))).toBe('invalid_input')
    const again = key.use(await challenge())
    expect(await codeIn(service.call('session.confirm', { passkey: again }, as))).toBe('ok')
  })
})

describe('a passkey as the only way in', () => {
  test('only who has one may drop the password, and the last one stays', async () => {
    expect(await codeIn(service.call('account.removePassword', {}, as))).toBe('conflict')
    await add()
    await service.must('account.removePassword', {}, as)
    expect(await codeIn(service.login(as.as, TEST_PASSWORD, as))).toBe('unauthenticated')
    expect(await codeIn(service.login(as.as, '', as))).toBe('unauthenticated')
    const { passkeys } = await service.must('account.factors', {}, as)
    expect(await codeIn(service.call('passkey.remove', { id: passkeys[0]?.id ?? '' }, as))).toBe('conflict')
    expect(await codeIn(enter(key.use(await challenge())))).toBe('ok')
    await service.must('account.changePassword', { current: '', next: 'a-password-of-my-own' }, as)
    expect(await codeIn(service.login(as.as, 'a-password-of-my-own', as))).toBe('ok')
  })

  test('is asked for by the link of a reset; who lost it comes back when an admin ends it', async () => {
    await add()
    await service.must('account.removePassword', {}, as)
    const { users } = await service.must('user.list', {}, { as: 'admin' })
    const id = users.find(({ userName }) => userName === as.as)?.id ?? ''
    const first = await service.must('user.reset', { id }, { as: 'admin' })
    const status = await service.must('invite.status', { token: first.token })
    expect(status.asks).toEqual({ code: false, passkey: true })
    const accept = (token: string, passkey?: PasskeyAnswer) =>
      codeIn(
        service.call('invite.accept', { token, password: 'a-password-of-my-own', passkey }, { address: as.address }),
      )
    expect(await accept(first.token)).toBe('reauthenticate')
    expect(await accept(first.token, new TestAuthenticator(origin).use(await challenge()))).toBe('invalid_input')
    expect(await codeIn(service.login(as.as, 'a-password-of-my-own', as))).toBe('unauthenticated')
    expect(await accept(first.token, key.use(await challenge()))).toBe('ok')
    expect(await codeIn(service.login(as.as, 'a-password-of-my-own', as))).toBe('ok')

    await service.must('account.removePassword', {}, as)
    const second = await service.must('user.reset', { id, endSecondFactors: true }, { as: 'admin' })
    expect(await accept(second.token)).toBe('ok')
    expect(await codeIn(enter(key.use(await challenge())))).toBe('unauthenticated')
  })
})
