import { z } from 'zod'
import { Role } from './capabilities.ts'
import { JailId } from './jail.ts'

/** What the policy asks for: nothing, a recording, or a recording and the reason for the visit. */
export const RecordingRule = z.enum(['off', 'on', 'reason'])
export type RecordingRule = z.infer<typeof RecordingRule>

/** Which consoles are recorded, and how much is kept. A jail's own rule goes before its visitor's role, that before `otherwise`. */
export const RecordingPolicy = z.strictObject({
  otherwise: RecordingRule,
  byRole: z.partialRecord(Role, RecordingRule),
  byJail: z.record(JailId, RecordingRule).refine((rules) => Object.keys(rules).length <= 1_000, 'Too many jails.'),
  /** Where it must be recorded and cannot be, there is no console (`refuse`), or it goes on without (`continue`). */
  whenImpossible: z.enum(['refuse', 'continue']),
  /** A recording is removed when it is older, in days, */
  keepDays: z.int('Whole days.').min(1, 'At least one day.').max(3_650, 'At most 3,650 days.'),
  /** … and the oldest ones when all together are larger, in MiB. */
  keepMib: z.int('Whole MiB.').min(1, 'At least 1 MiB.').max(1_048_576, 'At most 1 TiB.'),
  /** One recording ends when it is as large as this, in MiB, */
  oneMib: z.int('Whole MiB.').min(1, 'At least 1 MiB.').max(65_536, 'At most 64 GiB.'),
  /** … or as long as this, in hours. */
  oneHours: z.int('Whole hours.').min(1, 'At least one hour.').max(720, 'At most 720 hours.'),
})
export type RecordingPolicy = z.infer<typeof RecordingPolicy>

/** Nothing is recorded until an admin says so; limits as in security.md, section 3. */
export const DEFAULT_RECORDING_POLICY: RecordingPolicy = {
  otherwise: 'off',
  byRole: {},
  byJail: {},
  whenImpossible: 'continue',
  keepDays: 90,
  keepMib: 2_048,
  oneMib: 256,
  oneHours: 24,
}

/** The rule for one visitor of one jail. */
export const recordingRule = (policy: RecordingPolicy, jailId: string, role: Role): RecordingRule =>
  policy.byJail[jailId] ?? policy.byRole[role] ?? policy.otherwise

/** Reason of a visit, where the policy asks for one. */
export const VisitReason = z.string().trim().min(3, 'Say why in a few words.').max(300, 'At most 300 characters.')

/** One recorded console; its file holds output only, as asciicast v2. */
export const Recording = z.object({
  id: z.uuid(),
  jailId: z.string(),
  tag: z.string(),
  userName: z.string(),
  /** What ran. */
  argv: z.array(z.string()),
  /** Why it was opened, where that was asked for; empty otherwise. */
  reason: z.string(),
  startedAt: z.string(),
  /** null while it goes on. */
  endedAt: z.string().nullable(),
  cols: z.number().int(),
  rows: z.number().int(),
  /** Size of the file. */
  bytes: z.number().int(),
  /** `cut`: at a limit; `failed`: it could not be written; `interrupted`: the service ended meanwhile. */
  state: z.enum(['running', 'complete', 'cut', 'failed', 'interrupted']),
  /** Why it ended before the console did; empty otherwise. */
  ending: z.string(),
  /** SHA-256 of the file, as the audit has it; null while it goes on. */
  sha256: z.string().nullable(),
})
export type Recording = z.infer<typeof Recording>
