import { tmpdir } from 'node:os'
import path from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeOf } from './accounts/test-totp.ts'
import { runService, startTestService, TEST_PASSWORD, type TestService } from './test-service.ts'

let service: TestService
const onHost = (...args: string[]) => runService([...args, '--state', service.state])

beforeAll(async () => {
  service = await startTestService()
  await service.addRoles()
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
})

describe('accounts, at the host', () => {
  test('list says who there is', async () => {
    const { exitCode, output } = await onHost('accounts', 'list')
    expect([exitCode, output]).toEqual([0, 'admin\tadmin\noperator\toperator\nviewer\tviewer\n'])
  })

  test('reset lets the last admin in again, beside the running service, and stands in the audit', async () => {
    const stream = await service.events('admin')
    const { exitCode, output } = await onHost('accounts', 'reset', 'admin', '--origin', 'https://jails.example')
    expect(exitCode).toBe(0)
    const [, token = ''] = /^https:\/\/jails\.example\/invite#([\w-]{43})$/m.exec(output) ?? []
    expect((await service.call('account.me', {}, { as: 'admin' })).ok).toBe(false)
    await stream.ended
    expect((await service.login('admin')).ok).toBe(false)
    expect((await service.call('invite.accept', { token, password: 'a-password-of-my-own' })).ok).toBe(true)
    const { rows } = await service.must('audit.list', { search: 'at the host' }, { as: 'admin' })
    expect(rows.map(({ actor, outcome, target }) => [actor, outcome, target])).toEqual([
      ['root', 'succeeded', 'admin'],
      ['root', 'intent', 'admin'],
    ])
    expect((await service.must('audit.verify', {}, { as: 'admin' })).brokenAt).toBeNull()
    await service.must(
      'account.changePassword',
      { current: 'a-password-of-my-own', next: TEST_PASSWORD },
      { as: 'admin' },
    )
  })

  test('reset leaves second factors, unless the device is lost', async () => {
    const as = { as: 'operator' }
    const { secret } = await service.must('totp.begin', {}, as)
    await service.must('totp.enable', { code: await codeOf(secret) }, as)
    const hasApp = async () => (await service.must('user.list', {}, { as: 'admin' })).users.map(({ totp }) => totp)
    const kept = await onHost('accounts', 'reset', 'operator')
    expect(kept.output).toMatch(/stay, and the link asks for one; --lost-device ends them/)
    expect(await hasApp()).toContain(true)
    const ended = await onHost('accounts', 'reset', 'operator', '--lost-device')
    expect(ended.output).toMatch(
      /^Password, sessions and API tokens of operator are void, second factors too\.\nThis link/,
    )
    expect(await hasApp()).not.toContain(true)
    const { rows } = await service.must('audit.list', { search: 'second factors too, at the host' }, { as: 'admin' })
    expect(rows.map(({ outcome }) => outcome)).toEqual(['succeeded', 'intent'])
  })

  test.each([
    [['accounts', 'reset', 'nobody'], /there is no user nobody/],
    [['accounts', 'destroy'], /no command/],
    [['audit', '--wrong'], /See --help/],
  ])('%j is refused in a sentence', async (args, words) => {
    const { exitCode, output } = await onHost(...args)
    expect(output).toMatch(words)
    expect(exitCode).toBe(78)
  })
})

test('a folder without accounts is none of its business', async () => {
  expect(await runService(['accounts', 'list', '--state', tmpdir()])).toMatchObject({ exitCode: 78 })
})

describe('the audit, at the host', () => {
  test('verify says whether it is whole, in words and by its exit code', async () => {
    expect(await onHost('audit', 'verify')).toEqual({
      exitCode: 0,
      output: expect.stringMatching(/^\d+ rows, unbroken\n$/),
    })
    const db = new Database(path.join(service.state, 'service.db'))
    db.exec('DROP TRIGGER audit_is_never_changed')
    db.exec(`UPDATE audit SET row = replace(row, 'admin', 'nobody') WHERE seq = 2`)
    db.close()
    const { exitCode, output } = await onHost('audit', 'verify')
    expect([exitCode, output]).toEqual([1, expect.stringMatching(/^broken at row 2 of \d+\n$/)])
  })
})
