import { chmodSync, closeSync, existsSync, openSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import Database from 'better-sqlite3'
import { migrations } from './migrations.ts'
import { StartRefusal } from './start-refusal.ts'

export type Db = Database.Database

/**
 * How long the service waits for a command at the host that writes, in milliseconds: some syncs of a slow disk. More is a
 * fault, and waiting blocks the whole process.
 */
const WAIT_MS = 1_000

/**
 * Opens the service's database, made or brought up to date where needed, readable by its owner alone. Throws StartRefusal
 * when a newer version of the service wrote it, or when it is no database. `waitMs`: how long for others that write.
 */
export function openDb(file: string, waitMs = WAIT_MS): Db {
  if (!existsSync(file)) closeSync(openSync(file, 'w', 0o600))
  chmodSync(file, 0o600) // SQLite gives its -wal and -shm files the same mode
  let db: Db
  try {
    db = new Database(file, { timeout: waitMs })
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL') // a job's row is on the disk before its command runs
    db.pragma('foreign_keys = ON')
  } catch (cause) {
    throw new StartRefusal(`the database ${file} cannot be read. Put back a copy, or move it away to begin anew.`, {
      cause,
    })
  }
  migrate(db, file)
  return db
}

function migrate(db: Db, file: string): void {
  const version = db.pragma('user_version', { simple: true }) as number
  if (version > migrations.length) {
    db.close()
    throw new StartRefusal(
      `the database ${file} was written by a newer version of Cellblock (its format is ${version}, this version knows ` +
        `${migrations.length}). Install that version again, or put back a copy from before.`,
    )
  }
  for (const [index, migration] of migrations.entries()) {
    if (index < version) continue
    db.transaction(() => {
      db.exec(migration)
      db.pragma(`user_version = ${index + 1}`)
    })()
  }
}

/**
 * A transaction that waits for its turn to write before it reads. Without it one that reads first fails at once when a
 * command at the host has written in between.
 */
export function inTurn<Args extends unknown[], T>(db: Db, work: (...args: Args) => T): (...args: Args) => T {
  const transaction = db.transaction(work)
  return (...args) => transaction.immediate(...args)
}

/**
 * Keeps a second service away from the same state folder for as long as this process lives, however it ends. Throws
 * StartRefusal when one is there.
 */
export function lockState(folder: string): Db {
  const lock = new Database(path.join(folder, 'lock'), { timeout: 0 })
  try {
    lock.pragma('locking_mode = EXCLUSIVE')
    lock.exec('BEGIN EXCLUSIVE')
  } catch {
    lock.close()
    throw new StartRefusal(`another jail service works with ${folder} already.`)
  }
  return lock
}

/** The stable random id of this host, made once. */
export function hostIdOf(db: Db): string {
  db.prepare('INSERT OR IGNORE INTO setting (name, value) VALUES (?, ?)').run('hostId', randomUUID())
  const row = db.prepare('SELECT value FROM setting WHERE name = ?').get('hostId') as { value: string }
  return row.value
}
