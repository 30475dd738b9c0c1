import { chmodSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createHash } from 'node:crypto'
import path from 'node:path'
import type { Actor } from '@/lib/account.ts'
import type { VerbOutput, VerbParsedInput } from '@/lib/contract/verbs.ts'
import { errorChain, PanelError } from '@/lib/errors.ts'
import { shellLine } from '@/lib/job.ts'
import type { Recording, RecordingPolicy } from '@/lib/recording.ts'
import { DEFAULT_RECORDING_POLICY, RecordingPolicy as RecordingPolicySchema, recordingRule } from '@/lib/recording.ts'
import type { Db } from '../db.ts'
import { Recorder } from './recorder.ts'

const MIB = 1024 * 1024
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** What is known of a recording when it begins. */
export interface RecordingFacts {
  /** Of the console, and of the recording. */
  id: string
  jailId: string
  tag: string
  actor: Actor
  argv: readonly string[]
  reason: string
  cols: number
  rows: number
  handlers: { onDrained: () => void; onStopped: (ending: string) => void }
}

/** What consoles need of recordings. */
export interface RecordingWorld {
  /** Throws `invalid_input` with the field `reason` where the policy asks for one and none was given. */
  mustHaveReason(visit: { jailId: string; actor: Actor; reason: string }): void
  /** Whether there are no consoles without a recording where the policy wants one. */
  mustRecord(): boolean
  /**
   * Begins a recording where the policy wants one. Where it cannot be made: undefined, or `unavailable` is thrown, as
   * the policy says.
   */
  begin(facts: RecordingFacts): Recorder | undefined
  /** Ends it with its console; answers what the audit says of it, empty without a recording. Never rejects. */
  end(id: string, recorder: Recorder | undefined): Promise<string>
}

export interface Recordings extends RecordingWorld {
  policy(): RecordingPolicy
  setPolicy(policy: RecordingPolicy): void
  list(query: VerbParsedInput<'recording.list'>): VerbOutput<'recording.list'>
  /** The file of a recording, and a name for a copy of it. Throws `not_found`. */
  file(id: string): { path: string; name: string }
  /** Removes what is older than the policy keeps, and the oldest of what is too much; answers what was removed. */
  sweep(now?: number): Recording[]
}

interface Row {
  id: string
  recording: string
  bytes: number
}

const SETTING = 'recording-policy'

/** The recordings in `folder` (made, readable by this user only) and their list in the database. */
export function openRecordings(db: Db, folder: string, log: (message: string) => void): Recordings {
  const read = db.prepare<[string], { value: string }>('SELECT value FROM setting WHERE name = ?')
  const store = db.prepare('INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
  const put = db.prepare(
    `INSERT INTO recording (id, jail_id, user_name, started_at, bytes, recording) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET bytes = excluded.bytes, recording = excluded.recording`,
  )
  const byId = db.prepare<[string], Row>('SELECT id, recording, bytes FROM recording WHERE id = ?')
  const forget = db.prepare('DELETE FROM recording WHERE id = ?')
  const fileOf = (id: string) => path.join(folder, `${id}.cast`)

  const save = (recording: Recording) => {
    const { id, jailId, userName, startedAt, bytes } = recording
    put.run(id, jailId, userName, startedAt, bytes, JSON.stringify(recording))
  }
  const find = (id: string): Recording | undefined => {
    const row = byId.get(id)
    return row === undefined ? undefined : (JSON.parse(row.recording) as Recording)
  }

  let policy = DEFAULT_RECORDING_POLICY
  const known = RecordingPolicySchema.safeParse(JSON.parse(read.get(SETTING)?.value ?? 'null'))
  if (known.success) policy = known.data

  /** A service that was killed leaves recordings without an end: what is in their files is good up to there. */
  function recover(): void {
    for (const { recording } of db.prepare<[], Row>('SELECT * FROM recording').all()) {
      const row = JSON.parse(recording) as Recording
      if (row.state !== 'running') continue
      const ending = 'The jail service ended meanwhile.'
      try {
        const text = readFileSync(fileOf(row.id))
        const sha256 = createHash('sha256').update(text).digest('hex')
        save({ ...row, state: 'interrupted', ending, sha256, bytes: text.length, endedAt: new Date().toISOString() })
      } catch {
        save({ ...row, state: 'failed', ending: 'Its file is gone.', endedAt: new Date().toISOString() })
      }
    }
  }
  recover()

  const rows = (where = '1', values: readonly (string | number)[] = [], limit = -1): Recording[] =>
    db
      .prepare<(string | number)[], Row>(
        `SELECT id, recording, bytes FROM recording WHERE ${where} ORDER BY started_at DESC, id DESC LIMIT ?`,
      )
      .all(...values, limit)
      .map(({ recording }) => JSON.parse(recording) as Recording)

  return {
    policy: () => policy,
    setPolicy(next) {
      store.run(SETTING, JSON.stringify(next))
      policy = next
    },
    mustRecord: () => policy.whenImpossible === 'refuse',
    mustHaveReason({ jailId, actor, reason }) {
      if (recordingRule(policy, jailId, actor.role) !== 'reason' || reason !== '') return
      throw new PanelError('invalid_input', 'Say why you open this console: it is recorded, with the reason.', {
        fields: [{ path: 'reason', message: 'Consoles of this jail are opened with a reason.' }],
      })
    },
    begin({ id, jailId, tag, actor, argv, reason, cols, rows, handlers }) {
      if (recordingRule(policy, jailId, actor.role) === 'off') return undefined
      const startedAt = new Date()
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        chmodSync(folder, 0o700)
        const recorder = new Recorder(
          fileOf(id),
          { cols, rows, startedAt, title: `${tag}: ${actor.userName}`, command: shellLine(argv) },
          { bytes: policy.oneMib * MIB, ms: policy.oneHours * HOUR_MS },
          handlers,
        )
        save({
          ...{ id, jailId, tag, userName: actor.userName, argv: [...argv], reason, cols, rows },
          ...{
            startedAt: startedAt.toISOString(),
            endedAt: null,
            bytes: 0,
            state: 'running',
            ending: '',
            sha256: null,
          },
        })
        return recorder
      } catch (cause) {
        if (policy.whenImpossible === 'refuse')
          throw new PanelError('unavailable', 'This console would have to be recorded, and cannot be.', {
            hint: 'See whether the disk of the service’s state folder is full.',
            cause,
          })
        log(`console ${id}: is not recorded: ${errorChain(cause)}`)
        return undefined
      }
    },
    async end(id, recorder) {
      if (recorder === undefined) return ''
      try {
        const { bytes, sha256, state, ending } = await recorder.finish()
        const recording = find(id)
        if (recording !== undefined)
          save({ ...recording, bytes, sha256, state, ending, endedAt: new Date().toISOString() })
        return ` Recording ${id}: ${bytes} bytes, SHA-256 ${sha256}.${ending === '' ? '' : ` ${ending}`}`
      } catch (error) {
        log(`recording ${id}: its end could not be written: ${errorChain(error)}`)
        return ` Recording ${id}: its end could not be written.`
      }
    },
    list({ search, jailId, userName, from, to, before, limit }) {
      const where: string[] = []
      const values: (string | number)[] = []
      const add = (condition: string, ...more: string[]) => {
        where.push(condition)
        values.push(...more)
      }
      if (jailId !== undefined) add('jail_id = ?', jailId)
      if (userName !== undefined) add('user_name = ?', userName)
      if (from !== undefined) add('started_at >= ?', new Date(from).toISOString())
      if (to !== undefined) add('started_at < ?', new Date(to).toISOString())
      if (before !== undefined) {
        const last = find(before)
        if (last !== undefined) add('(started_at, id) < (?, ?)', last.startedAt, last.id)
      }
      if (search !== undefined && search.trim() !== '') {
        const pattern = `%${search.trim().replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`
        const columns = ['$.tag', '$.userName', '$.reason']
        add(
          `(${columns.map((name) => `json_extract(recording, '${name}') LIKE ? ESCAPE '\\'`).join(' OR ')})`,
          ...columns.map(() => pattern),
        )
      }
      const found = rows(where.length === 0 ? '1' : where.join(' AND '), values, limit + 1)
      const total = db.prepare<[], { sum: number | null }>('SELECT sum(bytes) AS sum FROM recording').get()
      return {
        recordings: found.slice(0, limit).map(withSize),
        more: found.length > limit,
        totalBytes: total?.sum ?? 0,
      }
    },
    file(id) {
      const recording = find(id)
      if (recording === undefined)
        throw new PanelError('not_found', 'This recording is gone.', { hint: 'Its time to be kept may have ended.' })
      const at = recording.startedAt.slice(0, 19).replaceAll(/[:T]/g, '-')
      return { path: fileOf(id), name: `${recording.tag.replaceAll(/[^\w.-]/g, '_')}-${recording.userName}-${at}.cast` }
    },
    sweep(now = Date.now()) {
      const removed: Recording[] = []
      let total = 0
      for (const recording of rows()) {
        if (recording.state === 'running') continue
        total += recording.bytes
        const old = Date.parse(recording.startedAt) < now - policy.keepDays * DAY_MS
        if (!old && total <= policy.keepMib * MIB) continue
        rmSync(fileOf(recording.id), { force: true })
        forget.run(recording.id)
        removed.push(recording)
      }
      return removed
    },
  }

  /** One that goes on has no size in the list yet. */
  function withSize(recording: Recording): Recording {
    if (recording.state !== 'running') return recording
    try {
      return { ...recording, bytes: statSync(fileOf(recording.id)).size }
    } catch {
      return recording
    }
  }
}
