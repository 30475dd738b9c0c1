import { createHash } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { AuditRow } from '@/lib/account.ts'
import type { VerbOutput, VerbParsedInput } from '@/lib/contract/verbs.ts'
import { PanelError } from '@/lib/errors.ts'
import type { Db } from '../db.ts'
import { canonicalJson } from './canonical-json.ts'

export type NewAuditRow = Omit<AuditRow, 'seq' | 'at'>

interface Head {
  seq: number
  hash: string
}

/** Rows that can only be added, each bound to the one before by its hash. */
export interface AuditLog {
  /** Adds a row, on the disk when it returns. Throws `unavailable` when it cannot be written. */
  write(row: NewAuditRow): void
  list(query: VerbParsedInput<'audit.list'>): VerbOutput<'audit.list'>
  /** Walks the whole chain. */
  verify(): VerbOutput<'audit.verify'>
}

const FIRST: Head = { seq: 0, hash: '' }
const chain = (before: string, row: string): string => createHash('sha256').update(`${before}\n${row}`).digest('hex')

/**
 * The audit in this database. Where it stands is also kept in `headFile`, so that rows cut from its end are missed; `log`
 * is told what cannot be told to a caller.
 */
export function openAuditLog(db: Db, headFile: string, log: (message: string) => void): AuditLog {
  const last = db.prepare<[], Head>('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1')
  const insert = db.prepare('INSERT INTO audit (seq, row, hash) VALUES (?, ?, ?)')
  const at = db.prepare<[number], { hash: string }>('SELECT hash FROM audit WHERE seq = ?')
  const add = db.transaction((row: NewAuditRow): Head => {
    const before = last.get() ?? FIRST
    const seq = before.seq + 1
    const text = canonicalJson({ seq, at: new Date().toISOString(), ...row })
    const hash = chain(before.hash, text)
    insert.run(seq, text, hash)
    return { seq, hash }
  })

  return {
    write(row) {
      let head: Head
      try {
        head = add(row)
      } catch (cause) {
        throw new PanelError('unavailable', 'The audit log cannot be written, so nothing was changed.', {
          hint: 'See whether the disk of the service’s state folder is full.',
          cause,
        })
      }
      try {
        writeFileSync(`${headFile}.new`, JSON.stringify(head), { mode: 0o600 })
        renameSync(`${headFile}.new`, headFile)
      } catch (error) {
        log(`audit: ${headFile} could not be written: ${String(error)}`)
      }
    },
    list({ search, outcome, before, limit }) {
      const where = ['1']
      const values: (string | number)[] = []
      if (before !== undefined) {
        where.push('seq < ?')
        values.push(before)
      }
      if (outcome !== undefined) {
        where.push('outcome = ?')
        values.push(outcome)
      }
      if (search !== undefined && search !== '') {
        const columns = ['actor', 'address', 'verb', 'target', 'text', 'detail', 'argv']
        where.push(`(${columns.map((name) => `json_extract(row, '$.${name}') LIKE ? ESCAPE '\\'`).join(' OR ')})`)
        const pattern = `%${search.replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`
        values.push(...columns.map(() => pattern))
      }
      const rows = db
        .prepare<(string | number)[], { row: string }>(
          `SELECT row FROM audit WHERE ${where.join(' AND ')} ORDER BY seq DESC LIMIT ?`,
        )
        .all(...values, limit + 1)
        .flatMap(({ row }) => readRow(row))
      return { rows: rows.slice(0, limit), more: rows.length > limit }
    },
    verify() {
      let before = FIRST
      let brokenAt: number | null = null
      const rows = db.prepare<[], Head & { row: string }>('SELECT seq, row, hash FROM audit ORDER BY seq')
      for (const { seq, row, hash } of rows.iterate()) {
        const follows = seq === before.seq + 1 && hash === chain(before.hash, row) && readRow(row)[0]?.seq === seq
        if (!follows) brokenAt ??= before.seq + 1
        before = { seq, hash }
      }
      const known = readHead(headFile)
      if (brokenAt === null && known !== undefined && at.get(known.seq)?.hash !== known.hash && known.seq > 0)
        brokenAt = Math.min(known.seq, before.seq + 1)
      return { rows: before.seq, brokenAt }
    },
  }
}

function readRow(text: string): AuditRow[] {
  try {
    return [AuditRow.parse(JSON.parse(text))]
  } catch {
    return [] // tampered with: verify() says where
  }
}

function readHead(file: string): Head | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Head
  } catch {
    return undefined
  }
}
