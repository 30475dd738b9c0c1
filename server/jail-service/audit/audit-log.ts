import { createHash } from 'node:crypto'
import { AuditRow } from '@/lib/account.ts'
import type { VerbOutput, VerbParsedInput } from '@/lib/contract/verbs.ts'
import { errorChain, PanelError } from '@/lib/errors.ts'
import type { Db } from '../db.ts'
import type { DigestKind } from '../digest-kinds.ts'
import { DIGEST_KINDS, isDigestKind } from '../digest-kinds.ts'
import { auditHead, auditLine } from './audit-export.ts'
import { auditConditions } from './audit-filter.ts'
import { canonicalJson } from './canonical-json.ts'
import type { Checkpoint } from './checkpoints.ts'
import { openCheckpoints } from './checkpoints.ts'
import type { AuditForward } from './forward-audit.ts'

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
  /** Confirms the chain under a new key, and ends the former one. Answers what `verify` does; a broken chain keeps its key. */
  rotateKey(): VerbOutput<'audit.verify'>
}

interface Added {
  at: Checkpoint
  /** A line about a chain that was tampered with before. */
  broken: string | undefined
}

const FIRST: Checkpoint = { seq: 0, hash: '' }
/** Rows of one piece of an export. */
const EXPORT_ROWS = 2_000

/** What binds a row to the hash of the one before, `KIND:DIGEST`. */
const chain = (kind: DigestKind, before: string, row: string): string =>
  `${kind}:${createHash(kind).update(`${before}\n${row}`).digest('hex')}`

/** Whether a hash binds a row, by the kind that it names. At the beginning of an older chain there are bare ones of SHA-256. */
function binds(hash: string, before: string, row: string): boolean {
  const named = hash.includes(':') || before.includes(':') ? hash : `sha256:${hash}`
  const [kind = ''] = named.split(':')
  return isDigestKind(kind) && named === chain(kind, before, row)
}

export interface AuditLogOptions {
  /** The service's folder, where the chain's state is confirmed beside the database. */
  folder: string
  forward?: AuditForward | undefined
  /** Told what cannot be told to a caller. */
  log: (message: string) => void
}

/** The audit in this database. */
export function openAuditLog(db: Db, { folder, forward, log }: AuditLogOptions): AuditLog {
  const last = db.prepare<[], Checkpoint>('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1')
  const checkpoints = openCheckpoints(folder, last.get() ?? FIRST, log)
  const insert = db.prepare('INSERT INTO audit (seq, row, hash) VALUES (?, ?, ?)')
  const at = db.prepare<[number], { hash: string }>('SELECT hash FROM audit WHERE seq = ?')
  const add = db.transaction((row: NewAuditRow): Added => {
    const before = last.get() ?? FIRST
    const seq = before.seq + 1
    const text = canonicalJson({ seq, at: new Date().toISOString(), ...row })
    const hash = chain(DIGEST_KINDS[0], before.hash, text)
    const broken = checkpoints.begin(before, { seq, hash })
    insert.run(seq, text, hash)
    return { at: { seq, hash }, broken }
  })

  const rowsAfter = db.prepare<[number], Checkpoint & { row: string }>(
    'SELECT seq, row, hash FROM audit WHERE seq > ? ORDER BY seq',
  )
  /** Where the chain ends from a row on, and the first place where it is broken. */
  function walk(from: Checkpoint): { end: Checkpoint; brokenAt: number | null } {
    let before = from
    let brokenAt: number | null = null
    for (const { seq, row, hash } of rowsAfter.iterate(from === FIRST ? Number.NEGATIVE_INFINITY : from.seq)) {
      const follows = seq === before.seq + 1 && binds(hash, before.hash, row) && readRow(row)[0]?.seq === seq
      if (!follows) brokenAt ??= before.seq + 1
      before = { seq, hash }
    }
    return { end: before, brokenAt }
  }
  /** In the turn of writers: what came since somebody walked, and what was confirmed. */
  const compare = db.transaction((seen: ReturnType<typeof walk>): VerbOutput<'audit.verify'> => {
    const { end, brokenAt } = walk(seen.end)
    const rows = end.seq
    const broken = seen.brokenAt ?? brokenAt
    if (broken !== null) return { rows, brokenAt: broken }
    // A whole chain can be made anew, but not one that fits what was confirmed on the way and at its end.
    let good = 0
    for (const { seq, hash, genuine } of checkpoints.lines()) {
      if (!genuine || at.get(seq)?.hash !== hash) return { rows, brokenAt: Math.min(good, rows) + 1 }
      good = seq
    }
    if (checkpoints.isEnd(end)) return { rows, brokenAt: null }
    // Cut off, or somewhere behind what was confirmed last.
    return { rows, brokenAt: checkpoints.endSeq() > rows ? rows + 1 : good + 1 }
  })
  const rotate = db.transaction((seen: ReturnType<typeof walk>): VerbOutput<'audit.verify'> => {
    const found = compare(seen)
    if (found.brokenAt === null) checkpoints.rotateKey()
    return found
  })
  /** Unless another process has added a row since, which then says where the chain stands. */
  const confirm = db.transaction((added: Checkpoint): string | undefined =>
    last.get()?.seq === added.seq ? checkpoints.end(added) : undefined,
  )

  return {
    write(row) {
      let added: Added
      try {
        // Written at once, also beside a command on the host that writes its own row.
        added = add.immediate(row)
      } catch (cause) {
        throw new PanelError('unavailable', 'The audit log cannot be written, so nothing was changed.', {
          hint: 'See whether the disk of the service’s state folder is full.',
          cause,
        })
      }
      if (added.broken !== undefined) {
        log(`audit: rows before ${added.at.seq} were tampered with: they do not end where it was confirmed`)
        forward?.checkpoint(added.broken)
      }
      forward?.look()
      try {
        const line = confirm.immediate(added.at)
        if (line !== undefined) forward?.checkpoint(line)
      } catch (error) {
        log(`audit: where the chain stands could not be confirmed: ${errorChain(error)}`)
      }
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
    verify: () => compare.immediate(walk(FIRST)),
    rotateKey: () => rotate.immediate(walk(FIRST)),
  }
}

function readRow(text: string): AuditRow[] {
  try {
    return [AuditRow.parse(JSON.parse(text))]
  } catch {
    return [] // tampered with: verify() says where
  }
}
