import { createHash } from 'node:crypto'
import { AuditRow } from '@/lib/account.ts'
import type { VerbOutput, VerbParsedInput } from '@/lib/contract/verbs.ts'
import { PanelError } from '@/lib/errors.ts'
import type { Db } from '../db.ts'
import { auditHead, auditLine } from './audit-export.ts'
import { auditConditions } from './audit-filter.ts'
import { canonicalJson } from './canonical-json.ts'
import type { Checkpoint } from './checkpoints.ts'
import { openCheckpoints } from './checkpoints.ts'
import type { Syslog } from './syslog.ts'

export type NewAuditRow = Omit<AuditRow, 'seq' | 'at'>

/** Rows that can only be added, each bound to the one before by its hash. */
export interface AuditLog {
  /** Adds a row, on the disk when it returns. Throws `unavailable` when it cannot be written. */
  write(row: NewAuditRow): void
  list(query: VerbParsedInput<'audit.list'>): VerbOutput<'audit.list'>
  /** A piece of the log as a file holds it. */
  export(query: VerbParsedInput<'audit.export'>): VerbOutput<'audit.export'>
  /** Walks the whole chain, and compares it with what was confirmed on the way. */
  verify(): VerbOutput<'audit.verify'>
}

const FIRST: Checkpoint = { seq: 0, hash: '' }
/** Rows of one piece of an export. */
const EXPORT_ROWS = 2_000

const chain = (before: string, row: string): string => createHash('sha256').update(`${before}\n${row}`).digest('hex')

export interface AuditLogOptions {
  /** The service's folder, where the chain's state is confirmed beside the database. */
  folder: string
  syslog?: Syslog | undefined
  /** Told what cannot be told to a caller. */
  log: (message: string) => void
}

/** The audit in this database. */
export function openAuditLog(db: Db, { folder, syslog, log }: AuditLogOptions): AuditLog {
  const last = db.prepare<[], Checkpoint>('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1')
  const checkpoints = openCheckpoints(folder, last.get() ?? FIRST, log)
  const insert = db.prepare('INSERT INTO audit (seq, row, hash) VALUES (?, ?, ?)')
  const at = db.prepare<[number], { hash: string }>('SELECT hash FROM audit WHERE seq = ?')
  const add = db.transaction((row: NewAuditRow): Checkpoint & { text: string } => {
    const before = last.get() ?? FIRST
    const seq = before.seq + 1
    const text = canonicalJson({ seq, at: new Date().toISOString(), ...row })
    const hash = chain(before.hash, text)
    checkpoints.begin(before, { seq, hash })
    insert.run(seq, text, hash)
    return { seq, hash, text }
  })

  return {
    write(row) {
      let added: Checkpoint & { text: string }
      try {
        // Written at once, also beside a command on the host that writes its own row.
        added = add.immediate(row)
      } catch (cause) {
        throw new PanelError('unavailable', 'The audit log cannot be written, so nothing was changed.', {
          hint: 'See whether the disk of the service’s state folder is full.',
          cause,
        })
      }
      syslog?.send('row', added.text)
      const line = checkpoints.end({ seq: added.seq, hash: added.hash })
      if (line !== undefined) syslog?.send('checkpoint', line)
    },
    list({ before, limit, ...filter }) {
      const { where, values } = auditConditions(filter)
      const rows = db
        .prepare<(string | number)[], { row: string }>(
          `SELECT row FROM audit WHERE ${where} ${before === undefined ? '' : 'AND seq < ?'} ORDER BY seq DESC LIMIT ?`,
        )
        .all(...values, ...(before === undefined ? [] : [before]), limit + 1)
        .flatMap(({ row }) => readRow(row))
      return { rows: rows.slice(0, limit), more: rows.length > limit }
    },
    export({ format, after, ...filter }) {
      const { where, values } = auditConditions(filter)
      const rows = db
        .prepare<(string | number)[], { row: string; seq: number }>(
          `SELECT row, seq FROM audit WHERE ${where} AND seq > ? ORDER BY seq LIMIT ?`,
        )
        .all(...values, after, EXPORT_ROWS)
      const lines = rows.flatMap(({ row }) => readRow(row)).map((row) => auditLine(row, format))
      return {
        text: (after === 0 ? auditHead(format) : '') + lines.join(''),
        rows: lines.length,
        next: rows.length === EXPORT_ROWS ? (rows.at(-1)?.seq ?? null) : null,
      }
    },
    verify() {
      let before = FIRST
      let brokenAt: number | null = null
      const rows = db.prepare<[], Checkpoint & { row: string }>('SELECT seq, row, hash FROM audit ORDER BY seq')
      for (const { seq, row, hash } of rows.iterate()) {
        const follows = seq === before.seq + 1 && hash === chain(before.hash, row) && readRow(row)[0]?.seq === seq
        if (!follows) brokenAt ??= before.seq + 1
        before = { seq, hash }
      }
      if (brokenAt !== null) return { rows: before.seq, brokenAt }
      // A whole chain can be made anew, but not one that fits what was confirmed on the way and at its end.
      let good = 0
      for (const { seq, hash, genuine } of checkpoints.lines()) {
        if (!genuine || at.get(seq)?.hash !== hash)
          return { rows: before.seq, brokenAt: Math.min(good, before.seq) + 1 }
        good = seq
      }
      if (checkpoints.isEnd(before)) return { rows: before.seq, brokenAt: null }
      // Cut off, or somewhere behind what was confirmed last.
      return { rows: before.seq, brokenAt: checkpoints.endSeq() > before.seq ? before.seq + 1 : good + 1 }
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
