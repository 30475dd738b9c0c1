import { readFileSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestService, TEST_PASSWORD, type TestService } from '../test-service.ts'
import { codeOf } from './test-totp.ts'

let service: TestService
let userNumber = 0
let name: string
let id: string
/** A user and an address of its own for each test: guesses count by both. */
let as: { as: string; address: string }

beforeAll(async () => {
  service = await startTestService()
  await service.addRoles()
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
})
beforeEach(async () => {
  userNumber += 1
  name = `user${userNumber}`
  const made = await service.must(
    'user.create',
    { userName: name, password: TEST_PASSWORD, role: 'admin' },
    { as: 'admin' },
  )
  id = made.id
  as = { as: name, address: `192.0.2.${userNumber}` }
  await service.login(name, TEST_PASSWORD, as)
})

const inDb = <T>(work: (db: Database.Database) => T): T => {
  const db = new Database(path.join(service.state, 'service.db'))
  try {
    return work(db)
  } finally {
    db.close()
  }
}
/** As if this user's sessions had last proved who it is so long ago. */
const age = (seconds: number) =>
  inDb((db) =>
    db
      .prepare('UPDATE session_proof SET at = ? WHERE session_id IN (SELECT id FROM session WHERE userId = ?)')
      .run(new Date(Date.now() - seconds * 1_000).toISOString(), id),
  )
/** Sets an app up with the code of the step before this one, so that the next two are unused. */
async function enable(): Promise<{ secret: string; recoveryCodes: string[] }> {
  const { secret } = await service.must('totp.begin', {}, as)
  const { recoveryCodes } = await service.must('totp.enable', { code: await codeOf(secret, -1) }, as)
  return { secret, recoveryCodes }
}
const login = (code?: string) =>
  service.call(
    'session.login',
    { userName: name, password: TEST_PASSWORD, ...(code === undefined ? {} : { code }) },
    { address: as.address },
  )
const codeIn = async (answer: ReturnType<typeof login>) => {
  const result = await answer
  return result.ok ? 'ok' : result.error.code
}

describe('an authenticator app', () => {
  test('is asked for after the password once it proved that it has the secret, and not before', async () => {
    const { secret, uri } = await service.must('totp.begin', {}, as)
    expect(secret).toMatch(/^[A-Z2-7]{32}$/)
    expect(uri).toContain(`otpauth://totp/Cellblock:${name}?secret=${secret}`)
    expect(await codeIn(login())).toBe('ok')
    expect(await service.call('totp.enable', { code: '000000' }, as)).toMatchObject({
      ok: false,
      error: { code: 'invalid_input', fields: [{ path: 'code' }] },
    })
    expect(await codeIn(login())).toBe('ok')
    await service.must('totp.enable', { code: await codeOf(secret, -1) }, as)
    expect(await login()).toMatchObject({ ok: false, error: { code: 'reauthenticate', fields: [{ path: 'code' }] } })
    expect(await codeIn(login('123456'))).toBe('unauthenticated')
    expect(await codeIn(login(await codeOf(secret)))).toBe('ok')
  })

  test('a code without the password says nothing about the code', async () => {
    const { secret } = await enable()
    const wrong = await service.call('session.login', {
      userName: name,
      password: 'not-the-password',
      code: await codeOf(secret),
    })
    const nobody = await service.call('session.login', { userName: 'nobody', password: 'not-the-password' })
    expect(wrong).toMatchObject({ error: { code: 'unauthenticated' } })
    expect(wrong.ok || wrong.error.message).toBe(nobody.ok || nobody.error.message)
    expect(await codeIn(login(await codeOf(secret)))).toBe('ok')
  })

  test('takes no code twice, also not at the same moment, nor an older one after a newer', async () => {
    const { secret } = await enable()
    const code = await codeOf(secret)
    const both = await Promise.all([codeIn(login(code)), codeIn(login(code))])
    expect(both.toSorted()).toEqual(['ok', 'unauthenticated'])
    expect(await codeIn(login(code))).toBe('unauthenticated')
    expect(await codeIn(login(await codeOf(secret, 1)))).toBe('ok')
    expect(await codeIn(login(await codeOf(secret, -1)))).toBe('unauthenticated')
  })

  test('guesses are counted over logins, however often the password is right in between', async () => {
    const { secret } = await enable()
    const seen: string[] = []
    for (let n = 0; n < 8; n += 1) {
      seen.push(await codeIn(login()))
      seen.push(await codeIn(login(`00000${n}`)))
    }
    expect(seen.filter((code) => code === 'unauthenticated').length).toBeLessThanOrEqual(5)
    expect(seen.at(-1)).toBe('rate_limited')
    expect(await codeIn(login(await codeOf(secret)))).toBe('rate_limited')
  })

  test('recovery codes work once each, in whatever spelling; new ones end the old', async () => {
    const { recoveryCodes } = await enable()
    expect(new Set(recoveryCodes).size).toBe(10)
    const [first = '', second = ''] = recoveryCodes
    expect(first).toMatch(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/)
    expect(await codeIn(login(first.toUpperCase().replaceAll('-', ' ')))).toBe('ok')
    expect(await codeIn(login(first))).toBe('unauthenticated')
    expect(await service.must('account.factors', {}, as)).toMatchObject({ recoveryCodesLeft: 9 })
    const fresh = await service.must('totp.newRecoveryCodes', {}, as)
    expect(await codeIn(login(second))).toBe('unauthenticated')
    expect(await codeIn(login(fresh.recoveryCodes[0]))).toBe('ok')
  })

  test('ends the sessions that came in without it; turned off, the password is enough', async () => {
    const other = service.cookieOf(name)
    await login()
    await enable()
    expect((await service.call('account.me', {}, { cookie: other })).ok).toBe(false)
    await service.must('totp.disable', {}, as)
    expect(await codeIn(login())).toBe('ok')
  })

  test('neither its secret nor a recovery code lies in the state, the log or the audit in clear', async () => {
    const { secret, recoveryCodes } = await enable()
    await login(recoveryCodes[1])
    const kept = ['service.db', 'service.db-wal'].map((file) =>
      readFileSync(path.join(service.state, file), 'latin1').toLowerCase(),
    )
    for (const text of [...kept, service.log.toLowerCase()])
      for (const code of [secret, ...recoveryCodes]) {
        expect(text).not.toContain(code.toLowerCase())
        expect(text).not.toContain(code.toLowerCase().replaceAll('-', ''))
      }
  })
})

describe('what asks again who one is', () => {
  test('does so five minutes after the login, and goes on after the password', async () => {
    const asked = { id: 'nobody', role: 'viewer' } as const
    expect(await service.call('user.setRole', asked, as)).toMatchObject({ error: { code: 'not_found' } })
    age(301)
    expect(await service.call('user.setRole', asked, as)).toMatchObject({ error: { code: 'reauthenticate' } })
    expect((await service.call('user.list', {}, as)).ok).toBe(true)
    expect(await service.call('session.confirm', { password: 'wrong' }, as)).toMatchObject({
      error: { code: 'invalid_input', fields: [{ path: 'password' }] },
    })
    expect(await service.call('user.setRole', asked, as)).toMatchObject({ error: { code: 'reauthenticate' } })
    await service.must('session.confirm', { password: TEST_PASSWORD }, as)
    expect(await service.call('user.setRole', asked, as)).toMatchObject({ error: { code: 'not_found' } })
  })

  test('gives the session another cookie: a copy of the old one has no share in the proof, and is out in a moment', async () => {
    const old = { cookie: service.cookieOf(name) }
    const stream = await service.events(name)
    const idsOf = async () => (await service.must('session.list', {}, as)).sessions.map(({ id }) => id)
    const before = await idsOf()
    age(301)
    await service.must('session.confirm', { password: TEST_PASSWORD }, as)
    expect(service.cookieOf(name)).not.toBe(old.cookie)
    // What was under way is answered, and asks for itself.
    expect((await service.call('account.me', {}, old)).ok).toBe(true)
    expect(await service.call('totp.begin', {}, old)).toMatchObject({ error: { code: 'reauthenticate' } })
    expect((await service.call('totp.begin', {}, as)).ok).toBe(true)
    // It is the same session, with its event stream.
    expect(await idsOf()).toEqual(before)
    await service.must('user.setRole', { id, role: 'operator' }, { as: 'admin' })
    await stream.next('session.changed')
    stream.close()
    // Only the service's memory knew the old one.
    await service.stop()
    await service.startAgain()
    expect((await service.call('account.me', {}, old)).ok).toBe(false)
    expect((await service.call('account.me', {}, as)).ok).toBe(true)
  })

  test('also before other sessions are ended, and not before one’s own is', async () => {
    await service.login(name, TEST_PASSWORD, as)
    const { sessions } = await service.must('session.list', {}, as)
    const other = sessions.find(({ current }) => !current)?.id ?? ''
    age(301)
    expect(await service.call('session.end', { id: other }, as)).toMatchObject({ error: { code: 'reauthenticate' } })
    expect(await service.call('session.endOthers', {}, as)).toMatchObject({ error: { code: 'reauthenticate' } })
    await service.must('session.confirm', { password: TEST_PASSWORD }, as)
    await service.must('session.end', { id: other }, as)
    await service.must('session.endOthers', {}, as)
    expect((await service.must('session.list', {}, as)).sessions).toHaveLength(1)
    age(301)
    expect((await service.call('session.logout', {}, as)).ok).toBe(true)
  })

  test('by a code where there is an app: the password is not enough, and the code is good once', async () => {
    const { secret } = await enable()
    age(301)
    const begin = () => service.call('totp.newRecoveryCodes', {}, as)
    expect(await begin()).toMatchObject({ error: { code: 'reauthenticate' } })
    const confirm = (proof: { password?: string; code?: string }) => service.call('session.confirm', proof, as)
    expect((await confirm({ password: TEST_PASSWORD })).ok).toBe(false)
    const code = await codeOf(secret)
    expect((await confirm({ code })).ok).toBe(true)
    expect((await confirm({ code })).ok).toBe(false)
    expect((await begin()).ok).toBe(true)
  })

  test('counts wrong proofs like wrong logins', async () => {
    age(301)
    const seen: string[] = []
    for (let n = 0; n < 7; n += 1) {
      const answer = await service.call('session.confirm', { password: `wrong-${n}` }, as)
      seen.push(answer.ok ? 'ok' : answer.error.code)
    }
    expect(seen).toEqual([...Array.from({ length: 5 }, () => 'invalid_input'), 'rate_limited', 'rate_limited'])
  })

  test('a clock that was set back proves nothing', async () => {
    age(-3_600)
    expect(await service.call('totp.begin', {}, as)).toMatchObject({ error: { code: 'reauthenticate' } })
  })

  test('is asked before anything is looked up, and stands in the audit', async () => {
    age(301)
    await service.call('jail.destroy', { id: 'iocage:none', confirm: 'none' }, as)
    const { rows } = await service.must('audit.list', { search: 'iocage:none' }, { as: 'admin' })
    expect(rows.map(({ actor, outcome, detail }) => [actor, outcome, detail.split(':')[0]])).toEqual([
      [name, 'refused', 'reauthenticate'],
    ])
  })

  test('consoles ask after eight hours, not before', async () => {
    const ticket = () => service.call('console.ticket', { id: 'iocage:none' }, as)
    age(7 * 3_600)
    expect(await ticket()).toMatchObject({ error: { code: 'not_found' } })
    age(8 * 3_600 + 1)
    expect(await ticket()).toMatchObject({ error: { code: 'reauthenticate' } })
  })
})
