import type { VerbParsedInput } from '@/lib/contract/verbs.ts'
import type { Job, JobLine } from '@/lib/job.ts'
import type { Db } from '../db.ts'
import type { RunningProcess } from './leftover-process.ts'

/** Jobs on disk: written before anything runs, so that a dead service leaves a true trace. */
export interface JobStore {
  /** All of them or none; on the disk when it returns. */
  insert(jobs: readonly Job[], fingerprint: string): void
  save(job: Job): void
  saveProcess(id: string, process: RunningProcess | undefined): void
  find(id: string): Job | undefined
  /** Digest of what was asked for with this id; undefined when there is no such job. */
  fingerprintOf(id: string): string | undefined
  children(id: string): Job[]
  markTruncated(id: string): void
  writeLines(id: string, lines: readonly JobLine[]): void
  /** The last lines, oldest first. */
  lines(id: string, limit: number): { lines: JobLine[]; truncated: boolean }
  list(query: VerbParsedInput<'job.list'>): { jobs: Job[]; more: boolean }
  /** Jobs that were waiting or running when the last service ended, with the process that was theirs. */
  unfinished(): { job: Job; process: RunningProcess | undefined }[]
  /** Releases of which the last fetch that began did not succeed. */
  halfFetched(): string[]
  /** Removes ended jobs made before a time, with their output. */
  prune(before: string): void
}

/** The store over the service's database. */
export function createJobStore(db: Db): JobStore {
  const insert = db.prepare(
    'INSERT INTO job (id, parent_id, fingerprint, created_at, state, jail_id, job) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const save = db.prepare('UPDATE job SET state = ?, jail_id = ?, job = ? WHERE id = ?')
  const saveProcess = db.prepare('UPDATE job SET process = ? WHERE id = ?')
  const find = db.prepare<[string], { job: string; fingerprint: string }>(
    'SELECT job, fingerprint FROM job WHERE id = ?',
  )
  const children = db.prepare<[string], { job: string }>('SELECT job FROM job WHERE parent_id = ? ORDER BY rowid')
  const writeLine = db.prepare('INSERT OR REPLACE INTO job_line (job_id, n, stream, text, at) VALUES (?, ?, ?, ?, ?)')
  const lines = db.prepare<[string, number], JobLine>(
    'SELECT n, stream, text, at FROM (SELECT * FROM job_line WHERE job_id = ? ORDER BY n DESC LIMIT ?) ORDER BY n',
  )
  const markTruncated = db.prepare('UPDATE job SET truncated = 1 WHERE id = ?')
  const truncated = db.prepare<[string], { truncated: number }>('SELECT truncated FROM job WHERE id = ?')
  const unfinished = db.prepare<[], { job: string; process: string | null }>(
    `SELECT job, process FROM job WHERE state IN ('waiting', 'running') ORDER BY rowid`,
  )
  const halfFetched = db.prepare<[], { target: string }>(
    `SELECT json_extract(job, '$.target') AS target FROM job WHERE state <> 'succeeded' AND rowid IN (
       SELECT max(job.rowid) FROM job JOIN job_line ON job_line.job_id = job.id AND job_line.stream = 'command'
         WHERE json_extract(job, '$.kind') = 'release.fetch' GROUP BY json_extract(job, '$.target'))`,
  )
  const prune = db.prepare(
    `DELETE FROM job WHERE created_at < ? AND state NOT IN ('waiting', 'running') AND parent_id IS NOT NULL`,
  )
  const pruneParents = db.prepare(
    `DELETE FROM job WHERE created_at < ? AND state NOT IN ('waiting', 'running')
       AND NOT EXISTS (SELECT 1 FROM job AS child WHERE child.parent_id = job.id)`,
  )
  const read = ({ job }: { job: string }) => JSON.parse(job) as Job
  return {
    insert: db.transaction((jobs: readonly Job[], fingerprint: string) => {
      for (const job of jobs)
        insert.run(job.id, job.parentId, fingerprint, job.createdAt, job.state, job.jailId, JSON.stringify(job))
    }),
    save: (job) => void save.run(job.state, job.jailId, JSON.stringify(job), job.id),
    saveProcess: (id, process) => void saveProcess.run(process === undefined ? null : JSON.stringify(process), id),
    find: (id) => {
      const row = find.get(id)
      return row === undefined ? undefined : read(row)
    },
    fingerprintOf: (id) => find.get(id)?.fingerprint,
    children: (id) => children.all(id).map(read),
    writeLines: db.transaction((id: string, rows: readonly JobLine[]) => {
      for (const { n, stream, text, at } of rows) writeLine.run(id, n, stream, text, at)
    }),
    markTruncated: (id) => void markTruncated.run(id),
    lines(id, limit) {
      const kept = lines.all(id, limit + 1)
      const isTruncated = truncated.get(id)?.truncated === 1
      return { lines: kept.slice(-limit), truncated: isTruncated || kept.length > limit }
    },

    list({ states, jailId, search, before, limit }) {
      const where: string[] = []
      const values: (string | number)[] = []
      if (jailId === undefined) where.push('parent_id IS NULL')
      else {
        where.push('jail_id = ?')
        values.push(jailId)
      }
      if (states !== undefined) {
        where.push(`state IN (${states.map(() => '?').join(', ')})`)
        values.push(...states)
      }
      if (search !== undefined && search !== '') {
        where.push(
          `(json_extract(job, '$.title') LIKE ? ESCAPE '\\' OR json_extract(job, '$.actor') LIKE ? ESCAPE '\\')`,
        )
        const pattern = `%${search.replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`
        values.push(pattern, pattern)
      }
      if (before !== undefined) {
        where.push('rowid < (SELECT rowid FROM job WHERE id = ?)')
        values.push(before)
      }
      const rows = db
        .prepare<(string | number)[], { job: string }>(
          `SELECT job FROM job WHERE ${where.map((part) => `(${part})`).join(' AND ')} ORDER BY rowid DESC LIMIT ?`,
        )
        .all(...values, limit + 1)
      return { jobs: rows.slice(0, limit).map(read), more: rows.length > limit }
    },
    unfinished: () =>
      unfinished.all().map((row) => ({
        job: read(row),
        process: row.process === null ? undefined : (JSON.parse(row.process) as RunningProcess),
      })),
    halfFetched: () => halfFetched.all().map(({ target }) => target),
    prune(before) {
      prune.run(before)
      pruneParents.run(before)
    },
  }
}
