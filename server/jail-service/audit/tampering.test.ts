import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrations } from '../migrations.ts'
import { type AuditLog, type NewAuditRow, openAuditLog } from './audit-log.ts'
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

const rowNumbered = (n: number): NewAuditRow => ({
  ...{ actor: n % 3 === 0 ? 'ada' : 'bob', address: '192.0.2.1', verb: 'jail.start', target: `jail${n % 7}` },
  ...{ text: `start jail${n % 7}`, argv: [], detail: '', jobId: null },
  outcome: n % 2 === 0 ? 'intent' : 'succeeded',
})

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'audit-'))
  db = new Database(':memory:')
  for (const migration of migrations) db.exec(migration)
  audit = openAuditLog(db, { folder, log: (message) => expect.fail(message) })
  for (let n = 0; n < ROWS; n += 1) audit.write(rowNumbered(n))
  // What a thief with the database's file can do, the triggers cannot stop.
  db.exec('DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_is_never_cut')
  original = db.prepare('SELECT seq, row, hash FROM audit ORDER BY seq').all() as Row[]
})
afterAll(() => {
  db.close()
  rmSync(folder, { recursive: true })
})

const hashOf = (before: string, row: string, kind = 'sha256') =>
  `${kind}:${createHash(kind).update(`${before}\n${row}`).digest('hex')}`
const renumbered = (row: string, seq: number) => row.replace(/"seq":\d+/, `"seq":${seq}`)
/** The rows as a careful thief leaves them: numbered and chained anew from one on, with a hash of whatever kind. */
function chainedAnew(rows: readonly Row[], from: number, kind = 'sha256'): Row[] {
  const done: Row[] = []
  for (const [index, { row, hash }] of rows.entries()) {
    const text = index < from ? row : renumbered(row, index + 1)
    done.push({ seq: index + 1, row: text, hash: index < from ? hash : hashOf(done.at(-1)?.hash ?? '', text, kind) })
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
const changedLast = (rows: readonly Row[]): Row => {
  const last = rows.at(-1) as Row
  return { ...last, row: changed(last.row, 0) }
}
const at = fc.integer({ min: 0, max: ROWS - 1 })
const tampering = fc.oneof(
  fc.record({ kind: fc.constant('edit'), at, other: at, careful: fc.boolean() }),
  fc.record({ kind: fc.constant('remove'), at, other: at, careful: fc.boolean() }),
  fc.record({ kind: fc.constant('swap'), at, other: at, careful: fc.boolean() }),
  fc.record({ kind: fc.constant('copy'), at, other: at, careful: fc.boolean() }),
  fc.record({ kind: fc.constant('cut'), at, other: at, careful: fc.constant(false) }),
  fc.record({ kind: fc.constant('rename'), at, other: at, careful: fc.boolean() }),
)

/** A hash that names another kind, or none. */
const renamed = (hash: string, at: number): string => {
  const names = ['sha3-256:', 'md5:', '', ':', 'SHA256:', 'sha256:sha256:']
  return `${names[at % names.length]}${hash.replace('sha256:', '')}`
}

function tamper({ kind, at, other, careful }: { kind: string; at: number; other: number; careful: boolean }): Row[] {
  const rows = original.map((row) => ({ ...row }))
  const [one, two] = [rows[at], rows[other]]
  if (one === undefined || two === undefined) throw new Error('no such row')
  if (kind === 'edit') one.row = changed(one.row, other)
  else if (kind === 'remove') rows.splice(at, 1)
  else if (kind === 'cut') rows.splice(at)
  else if (kind === 'rename') one.hash = renamed(one.hash, other)
  else if (kind === 'copy') rows.splice(at, 0, { ...two })
  else [one.row, two.row] = [renumbered(two.row, at + 1), renumbered(one.row, other + 1)]
  if (careful && kind === 'rename') return chainedAnew(rows, at, 'sha3-256')
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

  test.each([0, 1, 2, 3, 4, 5])('another name of the kind of a hash is found in its row (%i)', (name) => {
    const rows = original.map((row) => (row.seq === 40 ? { ...row, hash: renamed(row.hash, name) } : row))
    expect(verifyWith(rows)).toBe(40)
  })

  test.each([
    ['cut off at the end', (rows: readonly Row[]) => rows.slice(0, -2)],
    ['edited at the end', (rows: readonly Row[]) => chainedAnew([...rows.slice(0, -1), changedLast(rows)], ROWS - 1)],
    ['added behind the end', (rows: readonly Row[]) => chainedAnew([...rows, ...rows.slice(-1)], ROWS)],
  ])('rows that were %s are found also when others were written since', (_, tampered) => {
    const kept = ['audit-head', 'audit-checkpoints'].map((name) => path.join(folder, name))
    const texts = kept.map((file) => readFileSync(file, 'utf8'))
    const logged: string[] = []
    const later = openAuditLog(db, { folder, log: (message) => logged.push(message) })
    db.exec('BEGIN; DELETE FROM audit')
    const put = db.prepare('INSERT INTO audit (seq, row, hash) VALUES (@seq, @row, @hash)')
    for (const row of tampered(original)) put.run(row)
    for (let n = 0; n < 3; n += 1) later.write(rowNumbered(n))
    expect(later.verify().brokenAt).not.toBeNull()
    expect(later.rotateKey().brokenAt).not.toBeNull()
    expect(logged).toEqual([expect.stringMatching(/tampered with/)])
    db.exec('ROLLBACK')
    for (const [n, file] of kept.entries()) writeFileSync(file, texts[n] ?? '')
    expect(audit.verify().brokenAt).toBeNull()
  })

  test('a row before the first one is found', () => {
    expect(verifyWith([{ seq: -5, row: original[0]?.row ?? '', hash: 'sha256:x' }, ...original])).not.toBeNull()
  })

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

describe('a chain', () => {
  /** A log of its own over rows whose hashes `hash` made, as an earlier or later version left them. */
  function logOver(hash: (before: string, row: string) => string, rows: readonly Row[] = original) {
    const place = mkdtempSync(path.join(tmpdir(), 'audit-'))
    const own = new Database(':memory:')
    for (const migration of migrations) own.exec(migration)
    const put = own.prepare('INSERT INTO audit (seq, row, hash) VALUES (?, ?, ?)')
    let before = ''
    for (const { seq, row } of rows) {
      before = hash(before, row)
      put.run(seq, row, before)
    }
    const log = openAuditLog(own, { folder: place, log: (message) => expect.fail(message) })
    return { log, db: own, folder: place, [Symbol.dispose]: () => (own.close(), rmSync(place, { recursive: true })) }
  }
  const hashes = (own: Database.Database) =>
    (own.prepare('SELECT hash FROM audit ORDER BY seq').all() as { hash: string }[]).map(({ hash }) => hash)

  test.each([
    [
      'of hashes that name no kind, from before they did',
      (before: string, row: string) => hashOf(before, row).slice(7),
    ],
    ['of hashes of another kind that is known', (before: string, row: string) => hashOf(before, row, 'sha3-256')],
  ])('%s goes on in today’s, and is verified', (_, hash) => {
    using own = logOver(hash)
    own.log.write(rowNumbered(0))
    own.log.write(rowNumbered(1))
    expect(hashes(own.db).slice(-2)).toEqual([expect.stringMatching(/^sha256:/), expect.stringMatching(/^sha256:/)])
    expect(own.log.verify()).toEqual({ rows: ROWS + 2, brokenAt: null })
    own.db.exec('DROP TRIGGER audit_is_never_changed')
    own.db.exec(`UPDATE audit SET row = replace(row, 'start jail', 'start jial') WHERE seq = 30`)
    expect(own.log.verify()).toEqual({ rows: ROWS + 2, brokenAt: 30 })
  })

  test('whose confirmations name no kind, from before they did, is verified, and confirmed anew with one', () => {
    using own = logOver(hashOf)
    for (let n = 0; n < 101; n += 1) own.log.write(rowNumbered(n))
    const files = { 'audit-head': /(?<="mac":")[^"]+/, 'audit-checkpoints': /\S+(?=\n)/ }
    const macs = () =>
      Object.entries(files).map(([name, mac]) => mac.exec(readFileSync(path.join(own.folder, name), 'utf8'))?.[0])
    for (const [name, mac] of Object.entries(files)) {
      const text = readFileSync(path.join(own.folder, name), 'utf8')
      writeFileSync(
        path.join(own.folder, name),
        text.replace(mac, (named) => named.slice('sha256:'.length)),
      )
    }
    expect(macs()).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), expect.stringMatching(/^[0-9a-f]{64}$/)])
    expect(own.log.verify().brokenAt).toBeNull()
    expect(own.log.rotateKey().brokenAt).toBeNull()
    expect(macs()).toEqual([expect.stringMatching(/^sha256:/), expect.stringMatching(/^sha256:/)])
  })

  test('of a kind that is not known is none', () => {
    using own = logOver((before, row) => hashOf(before, row, 'md5'))
    expect(own.log.verify().brokenAt).toBe(1)
  })

  test('is confirmed under a new key: the former one confirms nothing any more', () => {
    using own = logOver(hashOf)
    for (let n = 0; n < 101; n += 1) own.log.write(rowNumbered(n))
    const at = (name: string) => path.join(own.folder, name)
    const former = readFileSync(at('audit-key'), 'utf8')
    const [line = ''] = readFileSync(at('audit-checkpoints'), 'utf8').split('\n')
    expect(own.log.rotateKey()).toEqual({ rows: ROWS + 101, brokenAt: null })
    const present = readFileSync(at('audit-key'), 'utf8')
    expect([present === former, present.split('\n').length]).toEqual([false, 1])
    own.log.write(rowNumbered(0))
    expect(own.log.verify().brokenAt).toBeNull()
    const [confirmed = ''] = readFileSync(at('audit-checkpoints'), 'utf8').split('\n')
    expect(confirmed.split(' ').slice(0, 2)).toEqual(line.split(' ').slice(0, 2))
    writeFileSync(at('audit-checkpoints'), `${line}\n`)
    expect(own.log.verify().brokenAt).toBe(1)
  })

  test('keeps its key while it is broken', () => {
    using own = logOver(hashOf)
    const key = readFileSync(path.join(own.folder, 'audit-key'), 'utf8')
    own.db.exec('DROP TRIGGER audit_is_never_cut; DELETE FROM audit WHERE seq > 100')
    expect(own.log.rotateKey()).toEqual({ rows: 100, brokenAt: 101 })
    expect(readFileSync(path.join(own.folder, 'audit-key'), 'utf8')).toBe(key)
  })
})
