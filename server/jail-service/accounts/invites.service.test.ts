import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestService, TEST_PASSWORD, type TestService } from '../test-service.ts'
import { codeOf } from './test-totp.ts'

let service: TestService
const admin = { as: 'admin' }

beforeAll(async () => {
  service = await startTestService()
  await service.addRoles()
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
})

const accept = (token: string, password = 'a-password-of-my-own', address = '192.0.2.1') =>
  service.call('invite.accept', { token, password }, { address })
const codeIn = (answer: Awaited<ReturnType<typeof accept>>) => (answer.ok ? 'ok' : answer.error.code)

describe('a link to set a password', () => {
  test('makes the invited user, once; before it nobody logs in', async () => {
    const { user, token } = await service.must('user.invite', { userName: 'ada', role: 'operator' }, admin)
    expect(user).toMatchObject({ userName: 'ada', role: 'operator', inviteUntil: expect.any(String) })
    expect((await service.login('ada', '')).ok).toBe(false)
    expect(await service.must('invite.status', { token })).toEqual({
      userName: 'ada',
      asks: { code: false, passkey: false },
    })
    expect(codeIn(await accept(token, 'too-short'))).toBe('invalid_input')
    expect(codeIn(await accept(token, 'passwordpassword'))).toBe('invalid_input')
    const both = await Promise.all([accept(token), accept(token)])
    expect(both.map(codeIn).toSorted()).toEqual(['not_found', 'ok'])
    expect(await service.must('account.me', {}, { as: 'ada' })).toMatchObject({ actor: { role: 'operator' } })
    expect((await service.login('ada', 'a-password-of-my-own')).ok).toBe(true)
    const { users } = await service.must('user.list', {}, admin)
    expect(users.find(({ userName }) => userName === 'ada')?.inviteUntil).toBeNull()
  })

  test('is of no use after its days, and after a newer one', async () => {
    const first = await service.must('user.invite', { userName: 'bob', role: 'viewer' }, admin)
    const second = await service.must('user.reset', { id: first.user.id }, admin)
    expect(codeIn(await accept(first.token))).toBe('not_found')
    const db = new Database(path.join(service.state, 'service.db'))
    db.prepare('UPDATE invite SET until = ?').run(new Date(Date.now() - 1_000).toISOString())
    db.close()
    expect(codeIn(await accept(second.token))).toBe('not_found')
  })

  test('cannot be guessed at leisure, and one guesser does not keep others out', async () => {
    const { token } = await service.must('user.invite', { userName: 'carl', role: 'viewer' }, admin)
    const seen: string[] = []
    for (let n = 0; n < 7; n += 1) seen.push(codeIn(await accept(`wrong${n}`, undefined, '198.51.100.1')))
    expect(seen.at(-1)).toBe('rate_limited')
    expect(codeIn(await accept(token, undefined, '198.51.100.2'))).toBe('ok')
  })

  test('lies nowhere in clear', async () => {
    const { token } = await service.must('user.invite', { userName: 'dora', role: 'viewer' }, admin)
    for (const file of ['service.db', 'service.db-wal'])
      expect(readFileSync(path.join(service.state, file), 'latin1')).not.toContain(token)
    expect(service.log).not.toContain(token)
  })
})

describe('a reset by an admin', () => {
  /** A user with an authenticator app. */
  async function addUser(userName: string) {
    const { id } = await service.must('user.create', { userName, password: TEST_PASSWORD, role: 'admin' }, admin)
    await service.login(userName)
    const { secret } = await service.must('totp.begin', {}, { as: userName })
    const { recoveryCodes } = await service.must('totp.enable', { code: await codeOf(secret, -1) }, { as: userName })
    return { id, secret, recoveryCodes }
  }

  test('ends password and sessions at once, and leaves the second factor: the link asks for it', async () => {
    const { id, secret, recoveryCodes } = await addUser('eve')
    const { token, user } = await service.must('user.reset', { id }, admin)
    expect(user).toMatchObject({ totp: true, role: 'admin' })
    expect((await service.call('account.me', {}, { as: 'eve' })).ok).toBe(false)
    expect((await service.login('eve')).ok).toBe(false)

    expect(await service.must('invite.status', { token })).toMatchObject({ asks: { code: true, passkey: false } })
    const password = 'a-password-of-my-own'
    const show = (code?: string) => service.call('invite.accept', { token, password, code }, { address: '192.0.2.7' })
    expect(codeIn(await show())).toBe('reauthenticate')
    expect(codeIn(await show('000000'))).toBe('invalid_input')
    expect((await service.login('eve', password)).ok).toBe(false)
    expect(codeIn(await show(await codeOf(secret)))).toBe('ok')
    expect(await service.login('eve', password)).toMatchObject({ error: { code: 'reauthenticate' } })
    expect((await service.call('session.login', { userName: 'eve', password, code: recoveryCodes[0] })).ok).toBe(true)
  })

  test('does not have codes guessed by its link', async () => {
    const { id } = await addUser('hugo')
    const { token } = await service.must('user.reset', { id }, admin)
    const seen: string[] = []
    for (let n = 0; n < 7; n += 1) {
      const guess = { token, password: 'a-password-of-my-own', code: `00000${n}` }
      seen.push(codeIn(await service.call('invite.accept', guess, { address: `198.51.100.${20 + n}` })))
    }
    expect(seen.at(-1)).toBe('rate_limited')
  })

  test('ends the second factor if it is asked to, and says so in the audit', async () => {
    const { id } = await addUser('ivy')
    const { token, user } = await service.must('user.reset', { id, endSecondFactors: true }, admin)
    expect(user).toMatchObject({ totp: false })
    expect(codeIn(await accept(token))).toBe('ok')
    expect((await service.login('ivy', 'a-password-of-my-own')).ok).toBe(true)
    const texts = async () =>
      (await service.must('audit.list', { verb: 'user.reset' }, admin)).rows.map(({ text }) => text)
    expect(await texts()).toEqual(expect.arrayContaining(['reset user ivy, second factors too', 'reset user hugo']))
  })

  test('is not for oneself', async () => {
    const { users } = await service.must('user.list', {}, admin)
    const id = users.find(({ userName }) => userName === 'admin')?.id ?? ''
    expect(await service.call('user.reset', { id }, admin)).toMatchObject({ error: { code: 'conflict' } })
  })
})

describe('common passwords', () => {
  test('are refused wherever a password is set', async () => {
    const common = 'passwordpassword'
    const refused = { ok: false, error: { code: 'invalid_input' } }
    expect(
      await service.call('user.create', { userName: 'fred', password: common, role: 'viewer' }, admin),
    ).toMatchObject(refused)
    const { id } = await service.must(
      'user.create',
      { userName: 'gina', password: TEST_PASSWORD, role: 'viewer' },
      admin,
    )
    expect(await service.call('user.setPassword', { id, password: common }, admin)).toMatchObject(refused)
    await service.login('gina')
    expect(
      await service.call('account.changePassword', { current: TEST_PASSWORD, next: common }, { as: 'gina' }),
    ).toMatchObject({ ok: false, error: { code: 'invalid_input', fields: [{ path: 'next' }] } })
  })
})

describe('passwords of breaches', () => {
  test('that root’s file has are refused, and others are not', async () => {
    const file = path.join(service.state, 'breached')
    writeFileSync(file, `${createHash('sha1').update('a-password-of-a-breach').digest('hex').toUpperCase()}:3\r\n`)
    await using other = await startTestService({ args: ['--breached-passwords', file] })
    await other.addRoles()
    const change = (next: string) =>
      other.call('account.changePassword', { current: TEST_PASSWORD, next }, { as: 'viewer' })
    expect(await change('a-password-of-a-breach')).toMatchObject({
      error: { code: 'invalid_input', fields: [{ path: 'next', message: expect.stringContaining('breach') }] },
    })
    expect((await change('a-password-of-no-breach')).ok).toBe(true)
  })
})
