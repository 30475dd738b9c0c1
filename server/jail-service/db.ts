import { chmodSync, closeSync, openSync } from 'node:fs'
import Database from 'better-sqlite3'

export type Db = Database.Database

/**
 * Steps that bring a database from one version to the next; the number of those done is its `user_version`. Only ever
 * add at the end.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE job (
    id TEXT PRIMARY KEY,
    parent_id TEXT REFERENCES job (id),
    -- what was asked, to tell a repeated request from another one with the same id
    request TEXT NOT NULL,
    created_at TEXT NOT NULL,
    state TEXT NOT NULL,
    jail_id TEXT,
    -- the job as the contract shows it
    job TEXT NOT NULL,
    -- process group of the running command, with its start time: a dead service's children are found by it
    process TEXT
  ) STRICT;
  CREATE INDEX job_by_time ON job (created_at DESC);
  CREATE INDEX job_by_jail ON job (jail_id, created_at DESC);
  CREATE INDEX job_by_parent ON job (parent_id);
  CREATE TABLE job_line (
    job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    stream TEXT NOT NULL,
    text TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (job_id, n)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    -- canonical JSON of the row, and SHA-256 over the hash before and this text
    row TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  CREATE TABLE last_login (user_id TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT;
  `,
]

/** A database that this program must not touch; the message is fit for the terminal. */
export class UnusableDatabase extends Error {
  override name = 'UnusableDatabase'
}

/**
 * Opens the service's database, readable by its owner only, and brings it to this version. WAL with full
 * synchronisation: what was answered has reached the disk.
 */
export function openDb(file: string): Db {
  // SQLite would make it with the umask's rights; it holds session tokens.
  closeSync(openSync(file, 'a', 0o600))
  chmodSync(file, 0o600)
  const db = new Database(file)
  try {
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    db.pragma('foreign_keys = ON')
    db.pragma('busy_timeout = 5000')
  } catch (cause) {
    throw new UnusableDatabase(`${file} is no database that can be read; move it away to begin anew`, { cause })
  }
  const version = db.pragma('user_version', { simple: true }) as number
  if (version > MIGRATIONS.length) {
    db.close()
    throw new UnusableDatabase(
      `${file} is from a newer version of Cellblock (${version}; this one knows ${MIGRATIONS.length}). Start that version, or another state folder`,
    )
  }
  db.transaction(() => {
    for (const step of MIGRATIONS.slice(version)) db.exec(step)
    db.pragma(`user_version = ${MIGRATIONS.length}`)
  })()
  return db
}
