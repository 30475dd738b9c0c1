import { statSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestService, TEST_PASSWORD, type TestService } from '../test-service.ts'

/** Accounts need no jails: a host without any command is enough. */
let service: TestService

beforeAll(async () => {
  service = await startTestService()
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
})

const errorOf = async (result: Promise<{ ok: boolean; error?: { code: string; message: string } }>) => {
  const answer = await result
  return answer.ok ? 'ok' : `${answer.error?.code}: ${answer.error?.message}`
}

describe('set-up', () => {
  test('is needed until the first admin is made, once, with the token of this start', async () => {
    expect(await service.must('setup.status', {})).toEqual({ needed: true })
    const token = service.setupToken() ?? ''
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(statSync(path.join(service.state, 'setup-token')).mode & 0o777).toBe(0o600)
    const asked = { token, userName: 'admin', password: TEST_PASSWORD }
    expect(await errorOf(service.call('setup.complete', { ...asked, token: 'x'.repeat(43) }))).toMatch(
      /forbidden.*link/,
    )
    expect(await errorOf(service.call('setup.complete', { ...asked, password: 'short' }))).toMatch(/invalid_input.*12/)

    await service.stop()
    await service.startAgain()
    expect(await errorOf(service.call('setup.complete', asked))).toMatch(/forbidden/)

    const both = await Promise.all(
      ['admin', 'second'].map((userName) =>
        service.call('setup.complete', { ...asked, userName, token: service.setupToken() ?? '' }),
      ),
    )
    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
    expect(both[0]).toMatchObject({ ok: true, value: { actor: { userName: 'admin', role: 'admin' } } })
    expect(service.setupToken()).toBeUndefined()
    expect(await service.must('setup.status', {})).toEqual({ needed: false })
    expect(await errorOf(service.call('setup.complete', asked))).toMatch(/conflict/)
  })
})

describe('sessions', () => {
  test('the cookie is for this host only, and what the browser gets else holds no token', async () => {
    const { headers, body } = await service.request(
      'POST',
      '/call/session.login',
      JSON.stringify({ input: { userName: 'admin', password: TEST_PASSWORD } }),
    )
    const cookie = headers['set-cookie']?.[0] ?? ''
    expect(cookie).toMatch(/^__Host-cellblock=[^;]{40,}; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=43200$/)
    const [, token = ''] = /=([^.;]+)/.exec(cookie) ?? []
    expect(Buffer.from(decodeURIComponent(token), 'base64url')).toHaveLength(32)
    expect(body).not.toContain(token)
    const db = new Database(path.join(service.state, 'service.db'), { readonly: true })
    const rows = JSON.stringify(db.prepare('SELECT * FROM session').all())
    db.close()
    expect(rows).not.toContain(decodeURIComponent(token))
  })

  test('are listed with where they come from, and ended one by one or all others', async () => {
    const visit = { userAgent: 'Firefox on a phone', address: '192.0.2.7' }
    const phone = await service.login('admin', TEST_PASSWORD, visit)
    expect(phone.ok).toBe(true)
    const phoneCookie = service.cookieOf('admin')
    await service.login('admin')
    const { sessions } = await service.must('session.list', {}, { as: 'admin' })
    expect(sessions.filter(({ current }) => current)).toHaveLength(1)
    const found = sessions.find(({ userAgent }) => userAgent === visit.userAgent)
    expect(found).toMatchObject({ address: '192.0.2.7', current: false })
    await service.must('session.end', { id: found?.id ?? '' }, { as: 'admin' })
    expect(await errorOf(service.call('account.me', {}, { cookie: phoneCookie }))).toMatch(/unauthenticated/)
    await service.must('session.endOthers', {}, { as: 'admin' })
    expect((await service.must('session.list', {}, { as: 'admin' })).sessions).toHaveLength(1)
  })

  test('no more than ten for one user: the least used one ends', async () => {
    await service.login('admin')
    const oldest = service.cookieOf('admin')
    for (let n = 0; n < 10; n += 1) expect((await service.login('admin')).ok).toBe(true)
    expect((await service.must('session.list', {}, { as: 'admin' })).sessions).toHaveLength(10)
    expect(await errorOf(service.call('account.me', {}, { cookie: oldest }))).toMatch(/unauthenticated/)
  })

  test.each([
    ['30 minutes without use', 'expiresAt', -1],
    ['12 hours after the login', 'createdAt', -12 * 3600 - 1],
  ])('end %s, with the event stream', async (_, column, seconds) => {
    await service.login('admin')
    const stream = await service.events('admin')
    const { sessions } = await service.must('session.list', {}, { as: 'admin' })
    const current = sessions.find((session) => session.current)?.id
    const db = new Database(path.join(service.state, 'service.db'))
    db.prepare(`UPDATE session SET ${column} = ? WHERE id = ?`).run(
      new Date(Date.now() + seconds * 1_000).toISOString(),
      current,
    )
    db.close()
    expect(await errorOf(service.call('account.me', {}, { as: 'admin' }))).toMatch(/unauthenticated/)
    await stream.next('session.changed')
    await stream.ended
    await service.login('admin')
  })

  test('outlive a restart of the service', async () => {
    await service.stop()
    await service.startAgain()
    expect(await service.must('account.me', {}, { as: 'admin' })).toMatchObject({ actor: { userName: 'admin' } })
  })

  test('end at logout, and a forged cookie is none', async () => {
    await service.login('admin')
    const cookie = service.cookieOf('admin')
    const forged = cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')).replace(/=./, '=x')
    expect(await errorOf(service.call('account.me', {}, { cookie: forged }))).toMatch(/unauthenticated/)
    await service.must('session.logout', {}, { as: 'admin' })
    expect(await errorOf(service.call('account.me', {}, { cookie }))).toMatch(/unauthenticated/)
    await service.login('admin')
  })
})

describe('users', () => {
  test('are made with a role, changed and removed; each takes effect at once', async () => {
    const { id } = await service.must(
      'user.create',
      { userName: 'ada', password: TEST_PASSWORD, role: 'viewer' },
      { as: 'admin' },
    )
    expect(
      await errorOf(
        service.call('user.create', { userName: 'ada', password: TEST_PASSWORD, role: 'viewer' }, { as: 'admin' }),
      ),
    ).toMatch(/conflict.*taken/)
    await service.login('ada')
    const stream = await service.events('ada')
    const others = await service.events('admin')
    expect(await errorOf(service.call('user.list', {}, { as: 'ada' }))).toMatch(/forbidden/)
    await service.must('user.setRole', { id, role: 'admin' }, { as: 'admin' })
    await stream.next('session.changed')
    await stream.ended
    expect((await service.must('user.list', {}, { as: 'ada' })).users.map(({ userName }) => userName)).toEqual([
      'ada',
      'admin',
    ])
    await service.must('user.remove', { id }, { as: 'admin' })
    expect(await errorOf(service.call('account.me', {}, { as: 'ada' }))).toMatch(/unauthenticated/)
    expect((await service.login('ada')).ok).toBe(false)
    expect(others.seen.map(({ type }) => type)).not.toContain('session.changed')
    others.close()
  })

  test('the last admin is neither removed nor made less', async () => {
    const { users } = await service.must('user.list', {}, { as: 'admin' })
    const id = users.find(({ userName }) => userName === 'admin')?.id ?? ''
    expect(await errorOf(service.call('user.setRole', { id, role: 'viewer' }, { as: 'admin' }))).toMatch(
      /conflict.*last admin/,
    )
    expect(await errorOf(service.call('user.remove', { id }, { as: 'admin' }))).toMatch(/conflict.*last admin/)
  })

  test('get a new password from an admin, and have to log in with it', async () => {
    const { id } = await service.must(
      'user.create',
      { userName: 'dora', password: TEST_PASSWORD, role: 'viewer' },
      { as: 'admin' },
    )
    await service.login('dora')
    await service.must('user.setPassword', { id, password: 'given-by-an-admin' }, { as: 'admin' })
    expect(await errorOf(service.call('account.me', {}, { as: 'dora' }))).toMatch(/unauthenticated/)
    expect((await service.login('dora')).ok).toBe(false)
    expect((await service.login('dora', 'given-by-an-admin')).ok).toBe(true)
  })

  test('change their own password, which ends their other sessions', async () => {
    await service.must('user.create', { userName: 'bob', password: TEST_PASSWORD, role: 'viewer' }, { as: 'admin' })
    await service.login('bob')
    const other = service.cookieOf('bob')
    await service.login('bob')
    const next = 'another-long-password'
    expect(await errorOf(service.call('account.changePassword', { current: 'wrong', next }, { as: 'bob' }))).toMatch(
      /invalid_input/,
    )
    await service.must('account.changePassword', { current: TEST_PASSWORD, next }, { as: 'bob' })
    expect(await errorOf(service.call('account.me', {}, { cookie: other }))).toMatch(/unauthenticated/)
    expect((await service.call('account.me', {}, { as: 'bob' })).ok).toBe(true)
    expect((await service.login('bob')).ok).toBe(false)
    expect((await service.login('bob', next)).ok).toBe(true)
  })
})

describe('guessing', () => {
  test('after five wrong passwords an account waits, also with the right one; others do not', async () => {
    await service.must('user.create', { userName: 'eve', password: TEST_PASSWORD, role: 'viewer' }, { as: 'admin' })
    const from = (n: number) => ({ address: `198.51.100.${n}` })
    // In parallel, as a guesser would.
    const guesses = await Promise.all(
      Array.from({ length: 8 }, (_, n) => service.login('eve', `wrong-password-${n}`, from(n))),
    )
    const codes = guesses.map((guess) => (guess.ok ? 'ok' : guess.error.code))
    expect(codes.filter((code) => code === 'unauthenticated')).toHaveLength(5)
    const right = await service.login('eve', TEST_PASSWORD, from(9))
    expect(right).toMatchObject({ ok: false, error: { code: 'rate_limited', retryAfterS: expect.any(Number) } })
    expect((await service.login('admin')).ok).toBe(true)
  })

  test('twenty wrong ones from an address, and it waits for all accounts', async () => {
    const address = { address: '203.0.113.5' }
    for (let n = 0; n < 20; n += 1) await service.login(`nobody${n}`, 'wrong-password', address)
    expect(await errorOf(service.login('admin', TEST_PASSWORD, address))).toMatch(/rate_limited/)
    expect((await service.login('admin')).ok).toBe(true)
  })

  test('a name that does not exist takes as long as one that does, and gets the same words', async () => {
    const address = (n: number) => ({ address: `192.0.2.${n}` })
    const time = async (name: string, n: number) => {
      const begun = performance.now()
      const said = await errorOf(service.login(name, 'wrong-password', address(n)))
      return { ms: performance.now() - begun, said }
    }
    await service.must('user.create', { userName: 'real', password: TEST_PASSWORD, role: 'viewer' }, { as: 'admin' })
    const known: number[] = []
    const unknown: number[] = []
    for (let n = 0; n < 5; n += 1) {
      const [one, other] = [await time('real', n), await time(`unreal${n}`, n + 100)]
      expect(one.said).toBe(other.said)
      known.push(one.ms)
      unknown.push(other.ms)
    }
    const least = (times: number[]) => Math.min(...times)
    // Without the same work for both, one takes a hundredth of the other; a busy machine makes no such difference.
    expect(least(unknown) / least(known)).toBeGreaterThan(0.2)
    expect(least(unknown) / least(known)).toBeLessThan(5)
  })
})
