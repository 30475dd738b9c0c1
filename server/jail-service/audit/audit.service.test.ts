import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestService, TEST_PASSWORD, type TestService } from '../test-service.ts'

let service: TestService
const as = { as: 'admin' }
const inDb = <T>(work: (db: Database.Database) => T): T => {
  const db = new Database(path.join(service.state, 'service.db'))
  try {
    return work(db)
  } finally {
    db.close()
  }
}

beforeAll(async () => {
  service = await startTestService()
  await service.addRoles()
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
})

describe('what is written down', () => {
  test('a change before and after, with who, from where, and in words', async () => {
    const address = '192.0.2.44'
    const made = await service.must(
      'user.create',
      { userName: 'ada', password: TEST_PASSWORD, role: 'viewer' },
      { ...as, address },
    )
    const { rows } = await service.must('audit.list', { search: 'ada' }, as)
    expect(rows.map(({ outcome }) => outcome)).toEqual(['succeeded', 'intent'])
    expect(rows[0]).toMatchObject({
      actor: 'admin',
      address,
      verb: 'user.create',
      target: 'ada',
      text: 'create user ada, viewer',
    })
    await service.must('user.remove', { id: made.id }, as)
    const [removed] = (await service.must('audit.list', { search: 'ada' }, as)).rows
    expect(removed).toMatchObject({ verb: 'user.remove', target: 'ada', text: 'remove user ada' })
  })

  test('what was refused: for want of a right, of a session, of sense', async () => {
    await service.call('user.remove', { id: 'x1' }, { as: 'viewer' })
    await service.call('user.remove', { id: 'x2' })
    await service.call('user.remove', { id: 'x3' }, as)
    await service.call('audit.list', {}, { as: 'viewer' })
    await service.call('session.login', { userName: 'admin', password: 'not-the-password' })
    const { rows } = await service.must('audit.list', { outcome: 'refused', limit: 5 }, as)
    expect(rows.map(({ actor, verb, target, detail }) => [actor, verb, target, detail.split(':')[0]])).toEqual([
      ['', 'session.login', 'admin', 'unauthenticated'],
      ['viewer', 'audit.list', '', 'forbidden'],
      ['admin', 'user.remove', 'x3', 'not_found'],
      ['', 'user.remove', 'x2', 'unauthenticated'],
      ['viewer', 'user.remove', 'x1', 'forbidden'],
    ])
  })

  test('a login, with the name of who came in', async () => {
    await service.login('viewer')
    const { rows } = await service.must('audit.list', { search: 'log in', limit: 2 }, as)
    expect(rows[0]).toMatchObject({ actor: 'viewer', target: 'viewer', outcome: 'succeeded' })
  })

  test('never a password, a token or a cookie; nor in the log or anywhere else in the state', async () => {
    const canary = 'canary-password-1234'
    await service.call('session.login', { userName: 'admin', password: canary })
    await service.must('user.create', { userName: 'bob', password: canary, role: 'viewer' }, as)
    await service.login('bob', canary)
    await service.call('account.changePassword', { current: 'canary-wrong-5678', next: canary }, { as: 'bob' })
    const cookie = decodeURIComponent(service.cookieOf('bob').split('=')[1]?.split('.')[0] ?? '')
    const kept = ['service.db', 'service.db-wal', 'audit-head'].map((name) =>
      readFileSync(path.join(service.state, name), 'latin1'),
    )
    for (const text of [...kept, service.log])
      for (const secret of [canary, 'canary-wrong-5678', cookie]) expect(text).not.toContain(secret)
  })

  test('pages go on where the last one ended', async () => {
    const first = await service.must('audit.list', { limit: 3 }, as)
    const next = await service.must('audit.list', { limit: 3, before: first.rows.at(-1)?.seq }, as)
    expect(first.more).toBe(true)
    expect([...first.rows, ...next.rows].map(({ seq }) => seq)).toEqual(
      Array.from({ length: 6 }, (_, n) => (first.rows[0]?.seq ?? 0) - n),
    )
  })
})

describe('when it cannot be written', () => {
  const block = () =>
    inDb((db) => db.exec(`CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'disk full'); END`))
  const unblock = () => inDb((db) => db.exec('DROP TRIGGER full'))

  test('changes are refused and reads go on; afterwards all is as before', async () => {
    block()
    try {
      const asked = { userName: 'carl', password: TEST_PASSWORD, role: 'viewer' } as const
      expect(await service.call('user.create', asked, as)).toMatchObject({ ok: false, error: { code: 'unavailable' } })
      expect(await service.login('viewer')).toMatchObject({ ok: false, error: { code: 'unavailable' } })
      const { users } = await service.must('user.list', {}, as)
      expect(users.map(({ userName }) => userName)).not.toContain('carl')
      const job = await service.call('pool.activate', { pool: 'tank' }, { ...as, changeId: randomUUID() })
      expect(job).toMatchObject({ ok: false, error: { code: 'unavailable' } })
      expect((await service.must('job.list', {}, as)).jobs).toEqual([])
    } finally {
      unblock()
    }
    expect((await service.login('viewer')).ok).toBe(true)
  })
})

describe('tampering is found', () => {
  const verify = () => service.must('audit.verify', {}, as)
  /** Does something to the rows that a thief would, looks whether it is found, and takes it back. */
  const tamper = async (sql: string) => {
    const rows = inDb((db) => {
      const before = db.prepare('SELECT seq, row, hash FROM audit').all() as {
        seq: number
        row: string
        hash: string
      }[]
      db.exec('DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_is_never_cut;')
      db.exec(sql)
      return before
    })
    const found = await verify()
    inDb((db) => {
      db.exec('DELETE FROM audit')
      const put = db.prepare('INSERT INTO audit (seq, row, hash) VALUES (@seq, @row, @hash)')
      for (const row of rows) put.run(row)
      db.exec(`CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'never'); END;
        CREATE TRIGGER audit_is_never_cut BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'never'); END;`)
    })
    return found.brokenAt
  }

  test('rows can neither be changed nor removed as things are', () => {
    for (const sql of [`UPDATE audit SET row = '{}'`, 'DELETE FROM audit'])
      expect(() => inDb((db) => db.exec(sql))).toThrow(/never/)
  })

  test.each([
    ['a row edited', `UPDATE audit SET row = replace(row, 'admin', 'nobody') WHERE seq = 3`, 3],
    ['a row edited, its hash as well', `UPDATE audit SET row = '{"outcome":"intent"}', hash = 'x' WHERE seq = 4`, 4],
    ['the name of what a hash was made with', `UPDATE audit SET hash = 'sha3-256' || substr(hash, 7) WHERE seq = 4`, 4],
    ['that name taken away', `UPDATE audit SET hash = substr(hash, 8) WHERE seq = 4`, 4],
    ['a row removed', 'DELETE FROM audit WHERE seq = 5', 5],
    ['the beginning removed', 'DELETE FROM audit WHERE seq < 4', 1],
    [
      'two rows swapped',
      `UPDATE audit SET seq = -1 WHERE seq = 6; UPDATE audit SET seq = 6 WHERE seq = 7; UPDATE audit SET seq = 7 WHERE seq = -1`,
      6,
    ],
    ['a row put in', `INSERT INTO audit (seq, row, hash) VALUES (100000, '{"outcome":"intent"}', 'x')`, undefined],
  ])('%s', async (_, sql, at) => {
    expect((await verify()).brokenAt).toBeNull()
    const found = await tamper(sql)
    if (at === undefined) expect(found).not.toBeNull()
    else expect(found).toBe(at)
    expect((await verify()).brokenAt).toBeNull()
  })

  test('rows cut from the end', async () => {
    const { rows } = await verify()
    expect(await tamper(`DELETE FROM audit WHERE seq > ${rows - 2}`)).toBe(rows - 1)
  })
})
