import { errorChain } from '@/lib/errors.ts'
import type { Db } from '../db.ts'
import { isWrittenAtHost } from './audit-on-host.ts'
import type { Syslog } from './syslog.ts'

/** Rows that a command at the host wrote are looked for this often, in milliseconds. */
const LOOK_MS = 1_000

/** Sends audit rows on, in their order, whoever writes them. */
export interface AuditForward {
  /** Sends rows that were not sent yet. */
  look(): void
  /** A state of the chain that was confirmed, or found broken. */
  checkpoint(line: string): void
  stop(): void
}

/**
 * Sends rows of the audit to a syslog: the service's own as they come, those of commands at the host within a second. What
 * such commands wrote last, before the service began, is sent first (maybe for the second time: rows have their numbers).
 * `log` is told when rows cannot be read; the next look tries again.
 */
export function forwardAudit(db: Db, syslog: Syslog, log: (message: string) => void): AuditForward {
  const rowsAfter = db.prepare<[number], { seq: number; row: string }>(
    'SELECT seq, row FROM audit WHERE seq > ? ORDER BY seq',
  )
  let sent = lastOwnSeq(db)
  function look(): void {
    try {
      for (const { seq, row } of rowsAfter.all(sent)) {
        syslog.send('row', row)
        sent = seq
      }
    } catch (error) {
      log(`audit: rows could not be read to be sent on: ${errorChain(error)}`)
    }
  }
  look()
  const timer = setInterval(look, LOOK_MS).unref()
  return {
    look,
    checkpoint: (line) => syslog.send('checkpoint', line),
    stop() {
      clearInterval(timer)
      syslog.close()
    },
  }
}

/** The last row that a service wrote, which it sent: its number, or 0. */
function lastOwnSeq(db: Db): number {
  const rows = db.prepare<[], { seq: number; row: string }>('SELECT seq, row FROM audit ORDER BY seq DESC')
  for (const { seq, row } of rows.iterate()) if (!isWrittenAtHost(row)) return seq
  return 0
}
