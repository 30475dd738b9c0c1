import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrations } from '../migrations.ts'
import { type AuditLog, openAuditLog } from './audit-log.ts'
import { openCheckpoints } from './checkpoints.ts'

/** Rows that the tests begin with: more than one checkpoint's worth. */
const ROWS = 130
/** Random tamperings, all of which have to be found (security.md, section 3). */
const TAMPERINGS = 1_000

interface Row {
  seq: number
  row: string
  hash: string
}

let folder: string
let db: Database.Database
let audit: AuditLog
let original: Row[]

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'audit-'))
  db = new Database(':memory:')
  db.exec(migrations[0] ?? '')
  audit = openAuditLog(db, { folder, log: (message) => expect.fail(message) })
  for (let n = 0; n < ROWS; n += 1)
    audit.write({
      ...{ actor: n % 3 === 0 ? 'ada' : 'bob', address: '192.0.2.1', verb: 'jail.start', target: `jail${n % 7}` },
      ...{
        text: `start jail${n % 7}`,
        argv: [],
        outcome: n % 2 === 0 ? 'intent' : 'succeeded',
        detail: '',
        jobId: null,
      },
    })
  // What a thief with the database's file can do, the triggers cannot stop.
  db.exec('DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_is_never_cut')
  original = db.prepare('SELECT seq, row, hash FROM audit ORDER BY seq').all() as Row[]
})
afterAll(() => {
  db.close()
  rmSync(folder, { recursive: true })
})

const hashOf = (before: string, row: string) => createHash('sha256').update(`${before}\n${row}`).digest('hex')
const renumbered = (row: string, seq: number) => row.replace(/"seq":\d+/, `"seq":${seq}`)
/** The rows as a careful thief leaves them: numbered and chained anew from one on. */
function chainedAnew(rows: readonly Row[], from: number): Row[] {
  const done: Row[] = []
  for (const [index, { row, hash }] of rows.entries()) {
    const text = index < from ? row : renumbered(row, index + 1)
    done.push({ seq: index + 1, row: text, hash: index < from ? hash : hashOf(done.at(-1)?.hash ?? '', text) })
  }
  return done
}
function verifyWith(rows: readonly Row[]): number | null {
  db.exec('BEGIN; DELETE FROM audit')
  const put = db.prepare('INSERT INTO audit (seq, row, hash) VALUES (@seq, @row, @hash)')
  for (const row of rows) put.run(row)
  const { brokenAt } = audit.verify()
  db.exec('ROLLBACK')
  return brokenAt
}
const changed = (row: string, at: number): string => {
  // A letter inside a value, so that the row stays JSON.
  const places = [...row.matchAll(/:"[^"]*?([a-z])/g)].map((match) => match.index + match[0].length - 1)
  const place = places[at % places.length] ?? 0
  return row.slice(0, place) + (row[place] === 'x' ? 'y' : 'x') + row.slice(place + 1)
}
const at = fc.integer({ min: 0, max: ROWS - 1 })
const tampering = fc.oneof(
  fc.record({ kind: fc.constant('edit'), at, other: at, careful: fc.boolean() }),
  fc.record({ kind: fc.constant('remove'), at, other: at, careful: fc.boolean() }),
  fc.record({ kind: fc.constant('swap'), at, other: at, careful: fc.boolean() }),
  fc.record({ kind: fc.constant('copy'), at, other: at, careful: fc.boolean() }),
  fc.record({ kind: fc.constant('cut'), at, other: at, careful: fc.constant(false) }),
)

function tamper({ kind, at, other, careful }: { kind: string; at: number; other: number; careful: boolean }): Row[] {
  const rows = original.map((row) => ({ ...row }))
  const [one, two] = [rows[at], rows[other]]
  if (one === undefined || two === undefined) throw new Error('no such row')
  if (kind === 'edit') one.row = changed(one.row, other)
  else if (kind === 'remove') rows.splice(at, 1)
  else if (kind === 'cut') rows.splice(at)
  else if (kind === 'copy') rows.splice(at, 0, { ...two })
  else [one.row, two.row] = [renumbered(two.row, at + 1), renumbered(one.row, other + 1)]
  if (careful) return chainedAnew(rows, Math.min(at, other))
  return rows.map((row, index) => (kind === 'copy' ? { ...row, seq: index + 1 } : row))
}

describe('a tampering by who holds the database', () => {
  test('nothing was tampered with: nothing is found', () => {
    expect(audit.verify()).toEqual({ rows: ROWS, brokenAt: null })
    expect(verifyWith(original)).toBeNull()
  })

  test(`${TAMPERINGS} of ${TAMPERINGS} are found, also where the chain was made anew`, () => {
    let tried = 0
    fc.assert(
      fc.property(
        tampering.filter(({ kind, at, other }) => kind !== 'swap' || at !== other),
        (wanted) => {
          tried += 1
          return verifyWith(tamper(wanted)) !== null
        },
      ),
      { numRuns: TAMPERINGS },
    )
    expect(tried).toBe(TAMPERINGS)
  }, 120_000)

  test('a row that was added behind the last one is found; one that the service died on is none', () => {
    const more = { seq: ROWS + 1, row: renumbered(original[0]?.row ?? '', ROWS + 1), hash: '' }
    more.hash = hashOf(original.at(-1)?.hash ?? '', more.row)
    expect(verifyWith([...original, more])).not.toBeNull()
    const file = path.join(folder, 'audit-head')
    const before = readFileSync(file, 'utf8')
    // As kill -9 leaves it: what was to come is confirmed, whether it came or not.
    openCheckpoints(folder, { seq: 0, hash: '' }, () => {}).begin(
      { seq: ROWS, hash: original.at(-1)?.hash ?? '' },
      { seq: more.seq, hash: more.hash },
    )
    expect([verifyWith(original), verifyWith([...original, more])]).toEqual([null, null])
    expect(verifyWith(original.slice(0, -1))).not.toBeNull()
    writeFileSync(file, before)
  })

  test('without the confirmed states a chain made anew would pass: they are what finds it', () => {
    const forged = tamper({ kind: 'edit', at: 20, other: 1, careful: true })
    let before = ''
    for (const { row, hash } of forged) {
      expect(hashOf(before, row)).toBe(hash)
      before = hash
    }
    expect(verifyWith(forged)).not.toBeNull()
  })

  test.each(['audit-head', 'audit-checkpoints'])('a state in %s that the key did not confirm is found', (name) => {
    const file = path.join(folder, name)
    const text = readFileSync(file, 'utf8')
    try {
      const last = original.at(-1)
      writeFileSync(
        file,
        name === 'audit-head'
          ? JSON.stringify({ at: { seq: last?.seq, hash: last?.hash }, next: null, mac: '0'.repeat(64) })
          : text.replace(/[0-9a-f]{4}\n/, '0000\n'),
      )
      expect(audit.verify().brokenAt).not.toBeNull()
      rmSync(file)
      if (name === 'audit-head') expect(audit.verify().brokenAt).not.toBeNull()
    } finally {
      writeFileSync(file, text)
    }
    expect(audit.verify().brokenAt).toBeNull()
  })
})
