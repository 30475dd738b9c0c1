import { readFileSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { VerbInput } from '@/lib/contract/verbs.ts'
import { startTestService, TEST_PASSWORD, type TestService } from '../test-service.ts'

let service: TestService
let number = 0

beforeAll(async () => {
  service = await startTestService()
  await service.addRoles()
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
})

const make = async (wanted: Partial<VerbInput<'token.create'>> = {}, as = 'admin') => {
  number += 1
  const { token } = await service.must(
    'token.create',
    { name: `token${number}`, role: 'viewer', jails: null, unattended: false, days: 30, ...wanted },
    { as },
  )
  return token
}
const codeIn = async (answer: Promise<{ ok: boolean; error?: { code: string } }>) => {
  const result = await answer
  return result.ok ? 'ok' : result.error?.code
}

describe('an API token', () => {
  test('speaks for its user with its own role, and the audit names it', async () => {
    const token = await make({ role: 'operator', name: 'deploy' })
    expect(await service.must('account.me', {}, { token })).toMatchObject({
      actor: { userName: 'admin', role: 'operator', token: 'deploy' },
    })
    expect(await codeIn(service.call('jail.start', { id: 'iocage:none' }, { token }))).toBe('not_found')
    expect(await codeIn(service.call('jail.destroy', { id: 'iocage:none', confirm: '' }, { token }))).toBe('forbidden')
    const { rows } = await service.must('audit.list', { search: 'token deploy' }, { as: 'admin' })
    expect(rows[0]).toMatchObject({ actor: 'admin, token deploy', verb: 'jail.destroy', outcome: 'refused' })
  })

  test('does what asks people who they are only if it was made for that', async () => {
    const attended = await make({ role: 'admin' })
    const unattended = await make({ role: 'admin', unattended: true })
    const destroy = (token: string) => service.call('jail.destroy', { id: 'iocage:none', confirm: '' }, { token })
    expect(await codeIn(destroy(attended))).toBe('forbidden')
    expect(await codeIn(destroy(unattended))).toBe('not_found')
  })

  test('never touches accounts, tokens, users or consoles, whatever its role', async () => {
    const token = await make({ role: 'admin', unattended: true })
    const wanted = { name: 'x', role: 'viewer', jails: null, unattended: false, days: 1 } as const
    for (const answer of [
      service.call('token.create', wanted, { token }),
      service.call('user.invite', { userName: 'eve', role: 'admin' }, { token }),
      service.call('user.list', {}, { token }),
      service.call('totp.disable', {}, { token }),
      service.call('account.changePassword', { current: TEST_PASSWORD, next: 'a-password-of-my-own' }, { token }),
      service.call('session.endOthers', {}, { token }),
      service.call('session.logout', {}, { token }),
      service.call('console.ticket', { id: 'iocage:none' }, { token }),
    ])
      expect(await codeIn(answer)).toBe('forbidden')
  })

  test('has no more than its user, at any time', async () => {
    expect(
      await codeIn(
        service.call(
          'token.create',
          { name: 'more', role: 'admin', jails: null, unattended: false, days: 1 },
          { as: 'operator' },
        ),
      ),
    ).toBe('forbidden')
    const { id } = await service.must(
      'user.create',
      { userName: 'ada', password: TEST_PASSWORD, role: 'admin' },
      { as: 'admin' },
    )
    await service.login('ada')
    const token = await make({ role: 'admin' }, 'ada')
    expect((await service.call('audit.list', {}, { token })).ok).toBe(true)
    await service.must('user.setRole', { id, role: 'viewer' }, { as: 'admin' })
    expect(await codeIn(service.call('audit.list', {}, { token }))).toBe('forbidden')
    await service.must('user.remove', { id }, { as: 'admin' })
    expect(await codeIn(service.call('account.me', {}, { token }))).toBe('unauthenticated')
  })

  test('ends when it is removed, when its time is over, and when its user is reset', async () => {
    const removed = await make()
    const { tokens } = await service.must('token.list', {}, { as: 'admin' })
    await service.must('token.remove', { id: tokens.at(-1)?.id ?? '' }, { as: 'admin' })
    expect(await codeIn(service.call('account.me', {}, { token: removed }))).toBe('unauthenticated')

    const old = await make({ name: 'old' })
    const db = new Database(path.join(service.state, 'service.db'))
    db.prepare(`UPDATE api_token SET expires_at = ? WHERE name = 'old'`).run(new Date(Date.now() - 1).toISOString())
    db.close()
    expect(await codeIn(service.call('account.me', {}, { token: old }))).toBe('unauthenticated')

    const { id } = await service.must(
      'user.create',
      { userName: 'bob', password: TEST_PASSWORD, role: 'viewer' },
      { as: 'admin' },
    )
    await service.login('bob')
    const bobs = await make({}, 'bob')
    expect((await service.call('account.me', {}, { token: bobs })).ok).toBe(true)
    await service.must('user.reset', { id }, { as: 'admin' })
    expect(await codeIn(service.call('account.me', {}, { token: bobs }))).toBe('unauthenticated')
  })

  test('counts alone: a wrong one is not mended by a session’s cookie', async () => {
    const cookie = service.cookieOf('admin')
    for (const token of ['cellblock_made-up', 'x', ''])
      expect(await codeIn(service.call('account.me', {}, { token, cookie }))).toBe('unauthenticated')
  })

  test('its last use is shown, and it lies nowhere in clear', async () => {
    const token = await make({ name: 'seen' })
    await service.must('account.me', {}, { token, address: '192.0.2.77' })
    const { tokens } = await service.must('token.list', {}, { as: 'admin' })
    expect(tokens.find(({ name }) => name === 'seen')).toMatchObject({
      lastUsedAt: expect.any(String),
      lastAddress: '192.0.2.77',
    })
    for (const file of ['service.db', 'service.db-wal'])
      expect(readFileSync(path.join(service.state, file), 'latin1')).not.toContain(token)
    expect(service.log).not.toContain(token)
  })
})
