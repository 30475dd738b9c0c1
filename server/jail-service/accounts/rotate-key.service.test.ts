import { createHmac } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { symmetricEncrypt } from 'better-auth/crypto'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FAULT_TIMEOUT_MS, faultCount, SEED, tell } from '../../fault-runs.ts'
import { runService, startTestService, TEST_PASSWORD, type TestService } from '../test-service.ts'
import { codeOf } from './test-totp.ts'
import { tokenDigests } from './token-digest.ts'

let service: TestService
let userNumber = 0
const admin = { as: 'admin' }

beforeAll(async () => {
  service = await startTestService()
  await service.addRoles()
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
})

const onHost = (args: readonly string[], nodeArgs?: readonly string[]) =>
  runService([...args, '--state', service.state], nodeArgs)
const rotate = (nodeArgs?: readonly string[]) => onHost(['accounts', 'rotate-key'], nodeArgs)
const keys = (name = 'factor-key') => readFileSync(path.join(service.state, name), 'utf8').trim().split('\n')
const inDb = <T>(work: (db: Database.Database) => T): T => {
  const db = new Database(path.join(service.state, 'service.db'))
  try {
    return work(db)
  } finally {
    db.close()
  }
}
const sealed = (): string[] =>
  inDb((db) =>
    db
      .prepare<[], { text: string }>('SELECT secret AS text FROM totp UNION SELECT sealed FROM recovery_code')
      .all()
      .map(({ text }) => text),
  )
/**
 * Runs a command again and again, killed before what it does to files for the first, second, … time, until it goes through;
 * looks after each. In the short form at each third, from another one on each time. Answers how often it was killed.
 */
async function killedAtEach(args: readonly string[], look: (at: number) => Promise<void>): Promise<number> {
  const preload = pathToFileURL(path.join(import.meta.dirname, '../faults/test-kill-at.mjs'))
  const stride = faultCount(3, 1)
  for (let at = 1 + (SEED % stride), killed = 0; ; at += stride, killed += 1) {
    const { exitCode, output } = await onHost(args, ['--import', `${preload.href}?at=${at}`])
    if (exitCode !== 0) expect(exitCode, output).toBeNull()
    await look(at)
    if (exitCode !== 0) continue
    tell(`${args.join(' ')}: killed at ${killed} points`)
    return killed
  }
}
/** By what the texts name their keys. */
const keyNames = () => new Set(sealed().map((text) => text.split(':')[1]))

/** A user with an app and recovery codes, logged in from an address of its own: guesses count by both. */
async function userWithApp() {
  userNumber += 1
  const [as, address] = [`user${userNumber}`, `192.0.2.${userNumber}`]
  await service.must('user.create', { userName: as, password: TEST_PASSWORD, role: 'admin' }, admin)
  await service.login(as, TEST_PASSWORD, { address })
  const { secret } = await service.must('totp.begin', {}, { as })
  const { recoveryCodes } = await service.must('totp.enable', { code: await codeOf(secret, -1) }, { as })
  const login = async (code: string | undefined) => {
    const given = { userName: as, password: TEST_PASSWORD, code: code ?? '' }
    const answer = await service.call('session.login', given, { address })
    return answer.ok ? 'ok' : answer.error.code
  }
  return { as, address, secret, recoveryCodes, login }
}
/** As if no code of the app had been taken yet. */
const forgetSteps = () => inDb((db) => db.exec('UPDATE totp SET last_step = 0'))
const rowsOf = async (search: string) =>
  (await service.must('audit.list', { search }, admin)).rows.map(({ actor, outcome, detail }) => [
    actor,
    outcome,
    detail,
  ])

describe('accounts rotate-key, beside the running service', () => {
  test('apps, recovery codes, sessions and tokens go on; nothing lies under the former key, and it is gone', async () => {
    const user = await userWithApp()
    const wanted = { name: 'program', role: 'viewer', jails: null, unattended: false, days: 30 } as const
    const { token } = await service.must('token.create', wanted, admin)
    const invited = await service.must('user.invite', { userName: 'invited', role: 'viewer' }, admin)
    const before = { key: keys(), texts: sealed(), cookie: service.cookieOf(user.as) }

    const { exitCode, output } = await rotate()
    expect(output).toBe(
      'What is kept of second factors lies under a new key; the former one is gone.\n' +
        'Authenticator apps, recovery codes and sessions go on.\n',
    )
    expect(exitCode).toBe(0)
    expect(keys()).toEqual([expect.not.stringMatching(before.key[0] ?? '')])
    expect(sealed()).toHaveLength(before.texts.length)
    expect(sealed().filter((text) => before.texts.includes(text))).toEqual([])
    expect(keyNames().size).toBe(1)

    expect((await service.call('account.me', {}, { cookie: before.cookie })).ok).toBe(true)
    expect((await service.call('account.me', {}, { token })).ok).toBe(true)
    expect((await service.call('invite.accept', { token: invited.token, password: TEST_PASSWORD })).ok).toBe(true)
    expect(await user.login(await codeOf(user.secret))).toBe('ok')
    expect(await user.login(user.recoveryCodes[0])).toBe('ok')
    expect(await user.login(user.recoveryCodes[0])).toBe('unauthenticated')
    // What is new lies under the new key, without a start.
    const other = await userWithApp()
    expect(await other.login(await codeOf(other.secret))).toBe('ok')
    expect(keyNames().size).toBe(1)
    // And all of it after one.
    await service.stop()
    await service.startAgain()
    expect(await user.login(user.recoveryCodes[1])).toBe('ok')
    expect(await other.login(other.recoveryCodes[0])).toBe('ok')
    expect((await service.call('account.me', {}, { cookie: before.cookie })).ok).toBe(true)
  })

  test('stands in the audit, which stays whole', async () => {
    await rotate()
    expect((await rowsOf('rotate the key of second factors')).slice(0, 2)).toEqual([
      ['root', 'succeeded', ''],
      ['root', 'intent', ''],
    ])
    expect(await service.must('audit.verify', {}, admin)).toMatchObject({ brokenAt: null })
  })

  test('apps that are set up and codes that are used meanwhile are lost to nobody', async () => {
    const user = await userWithApp()
    const done = { exitCode: 0, output: expect.stringMatching(/^What is kept/) }
    const over = new AbortController()
    const rotating = (async () => {
      for (let n = 0; n < 6; n += 1) expect(await rotate()).toMatchObject(done)
    })().finally(() => over.abort())
    const both = rotate() // another root at the same time
    for (let round = 0; !over.signal.aborted; round += 1) {
      const { recoveryCodes } = await service.must('totp.newRecoveryCodes', {}, user)
      const confirmed = await service.call('session.confirm', { code: recoveryCodes[0] ?? '' }, user)
      expect(confirmed.ok ? 'ok' : confirmed.error, `round ${round}\n${service.log.slice(-2_000)}`).toBe('ok')
    }
    await rotating
    expect(await both).toMatchObject(done)
    forgetSteps()
    expect(await user.login(await codeOf(user.secret))).toBe('ok')
    expect([keyNames().size, keys().length]).toEqual([1, 1])
    expect(await service.must('audit.verify', {}, admin)).toMatchObject({ brokenAt: null })
  })

  test(
    'kill -9 at each step of it loses nothing; the next one goes through',
    async () => {
      const user = await userWithApp()
      let most = 0
      const points = await killedAtEach(['accounts', 'rotate-key'], async (at) => {
        most = Math.max(most, keys().length)
        forgetSteps()
        expect(await user.login(await codeOf(user.secret)), `killed at step ${at}`).toBe('ok')
        const fresh = await service.must('totp.newRecoveryCodes', {}, user)
        expect(await user.login(fresh.recoveryCodes[0]), `killed at step ${at}`).toBe('ok')
        expect(await service.must('audit.verify', {}, admin)).toMatchObject({ brokenAt: null })
      })
      expect(points).toBeGreaterThan(faultCount(3, 15))
      expect(most).toBeGreaterThan(1) // also while there were two
      expect([keyNames().size, keys().length]).toEqual([1, 1])
      await service.stop()
      await service.startAgain()
      forgetSteps()
      expect(await user.login(await codeOf(user.secret))).toBe('ok')
    },
    FAULT_TIMEOUT_MS,
  )

  test('what was sealed under a key that is not there: nothing is done, in a sentence that says whose it is', async () => {
    const user = await userWithApp()
    const file = path.join(service.state, 'factor-key')
    const key = readFileSync(file, 'utf8')
    writeFileSync(file, 'x'.repeat(43))
    try {
      const texts = sealed()
      const { exitCode, output } = await rotate()
      expect(output).toMatch(/the second factor of user\d+ was sealed under another key, or changed: nothing was done/)
      expect([exitCode, sealed(), keys()]).toEqual([78, texts, ['x'.repeat(43)]])
      expect((await rowsOf('rotate the key'))[0]).toEqual(['root', 'failed', expect.stringMatching(/nothing was done/)])
      const answer = await service.call(
        'session.login',
        { userName: user.as, password: TEST_PASSWORD, code: await codeOf(user.secret) },
        { address: user.address },
      )
      expect(answer).toMatchObject({ error: { code: 'unavailable', hint: expect.stringMatching(/--lost-device/) } })
    } finally {
      writeFileSync(file, key)
    }
    expect(await user.login(await codeOf(user.secret))).toBe('ok')
  })

  test.each([
    [['accounts', 'rotate-key', 'admin'], /“accounts rotate-key admin” is no command/],
    [['accounts', 'rotate-keys'], /is no command/],
    [['audit', 'rotate-key', 'now'], /is no command/],
  ])('%j is refused in a sentence', async (args, words) => {
    const before = [keys(), keys('audit-key')]
    const { exitCode, output } = await onHost(args)
    expect([exitCode, output]).toEqual([78, expect.stringMatching(words)])
    expect([keys(), keys('audit-key')]).toEqual(before)
  })
})

describe('audit rotate-key', () => {
  test('confirms the audit under a new key beside the running service, and stands in it', async () => {
    const former = keys('audit-key')
    const { exitCode, output } = await onHost(['audit', 'rotate-key'])
    expect([exitCode, output]).toEqual([0, 'The audit is confirmed under a new key; the former one is gone.\n'])
    expect(keys('audit-key')).toEqual([expect.not.stringMatching(former[0] ?? '')])
    await service.login('viewer') // a row of the service
    expect(await rowsOf('rotate the key of the audit')).toEqual([
      ['root', 'succeeded', ''],
      ['root', 'intent', ''],
    ])
    expect(await service.must('audit.verify', {}, admin)).toMatchObject({ brokenAt: null })
    expect(await onHost(['audit', 'verify'])).toMatchObject({ exitCode: 0 })
  })

  test(
    'kill -9 at each step of it leaves the audit whole',
    async () => {
      let most = 0
      await killedAtEach(['audit', 'rotate-key'], async (at) => {
        most = Math.max(most, keys('audit-key').length)
        expect(await service.must('audit.verify', {}, admin), `killed at step ${at}`).toMatchObject({ brokenAt: null })
        await service.login('viewer')
        expect(await service.must('audit.verify', {}, admin), `killed at step ${at}`).toMatchObject({ brokenAt: null })
      })
      expect([most > 1, keys('audit-key').length]).toEqual([true, 1])
    },
    FAULT_TIMEOUT_MS,
  )
})

test('digests of another kind that is known are held against that: sessions, API tokens and invitations go on', async () => {
  const wanted = { name: 'older', role: 'viewer', jails: null, unattended: false, days: 30 } as const
  const { token } = await service.must('token.create', wanted, admin)
  const invited = await service.must('user.invite', { userName: 'late', role: 'viewer' }, admin)
  await service.login('viewer')
  const cookie = service.cookieOf('viewer')
  const inAs = (table: string, column: string, secret: string) => {
    const [present, other] = tokenDigests(secret)
    const { changes } = inDb((db) =>
      db.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${column} = ?`).run(other, present),
    )
    expect([present, other, changes]).toEqual([
      expect.stringMatching(/^sha256:/),
      expect.stringMatching(/^sha3-256:/),
      1,
    ])
  }
  inAs('api_token', 'digest', token)
  inAs('invite', 'digest', invited.token)
  inAs('session', 'token', cookie.split('=')[1] ?? '')
  expect((await service.call('account.me', {}, { token })).ok).toBe(true)
  expect((await service.call('account.me', {}, { cookie })).ok).toBe(true)
  expect((await service.call('invite.accept', { token: invited.token, password: TEST_PASSWORD })).ok).toBe(true)
  // A use notes it, a proof of who one is gives it another token, and a logout ends it.
  await service.must('session.confirm', { password: TEST_PASSWORD }, { as: 'viewer' })
  expect(inDb((db) => db.prepare('SELECT 1 FROM session WHERE token LIKE ?').all('sha3-256:%'))).toEqual([])
  inAs('session', 'token', service.cookieOf('viewer').split('=')[1] ?? '')
  await service.must('session.logout', {}, { as: 'viewer' })
  expect((await service.call('account.me', {}, { as: 'viewer' })).ok).toBe(false)
})

test.each(['the service brings up to date', 'a rotation does'])(
  'a state from before anything named its kind, which %s, goes on with its apps, codes, tokens, invitations',
  async (who) => {
    const user = await userWithApp()
    const wanted = { name: `oldest of ${user.as}`, role: 'viewer', jails: null, unattended: false, days: 30 } as const
    const { token } = await service.must('token.create', wanted, admin)
    const invited = await service.must('user.invite', { userName: `later${userNumber}`, role: 'viewer' }, admin)
    await service.stop()
    const [key = ''] = keys()
    renameSync(path.join(service.state, 'factor-key'), path.join(service.state, 'cookie-secret'))
    const [code = ''] = user.recoveryCodes
    const data = await symmetricEncrypt({ key, data: user.secret })
    const digest = createHmac('sha256', key)
      .update(`recovery code ${code.replaceAll('-', '')}`)
      .digest('base64url')
    inDb((db) => {
      const { id } = db.prepare('SELECT id FROM user WHERE username = ?').get(user.as) as { id: string }
      db.exec('DELETE FROM totp; DELETE FROM recovery_code')
      db.prepare('INSERT INTO totp (user_id, secret, since) VALUES (?, ?, ?)').run(id, data, new Date().toISOString())
      db.prepare('INSERT INTO recovery_code (user_id, sealed) VALUES (?, ?)').run(id, digest)
      for (const table of ['api_token', 'invite'])
        db.exec(`UPDATE ${table} SET digest = replace(digest, 'sha256:', '')`)
      db.exec('ALTER TABLE recovery_code RENAME COLUMN sealed TO digest; PRAGMA user_version = 7')
    })
    if (who === 'a rotation does') expect(await rotate()).toMatchObject({ exitCode: 0 })
    await service.startAgain()
    expect(sealed().filter((text) => !/^aes-256-gcm:[\w-]{8}:[\w-]+$/.test(text))).toEqual([])
    expect(keys()).toEqual([who === 'a rotation does' ? expect.not.stringMatching(key) : key])
    expect((await rotate()).exitCode).toBe(0)
    expect(await user.login(await codeOf(user.secret))).toBe('ok')
    expect(await user.login(code)).toBe('ok')
    expect(await user.login(code)).toBe('unauthenticated')
    expect((await service.call('account.me', {}, { token })).ok).toBe(true)
    expect((await service.call('invite.accept', { token: invited.token, password: TEST_PASSWORD })).ok).toBe(true)
  },
)
