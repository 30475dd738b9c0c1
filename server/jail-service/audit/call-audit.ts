import type { Actor } from '@/lib/account.ts'
import { isVerbName, verbNamed } from '@/lib/contract/verbs.ts'
import type { Verb } from '@/lib/contract/verb.ts'
import type { WireError } from '@/lib/errors.ts'
import { errorChain } from '@/lib/errors.ts'
import type { AuditLog, NewAuditRow } from './audit-log.ts'

/** Refused calls of visitors without a session, and of floods, that are written down in a minute: they must not fill the disk. */
const UNKNOWN_PER_MINUTE = 120

interface CallWords {
  actor: Actor | null
  address: string
  verb: string
  target: string
  text: string
  jobId: string | null
}

/** What the dispatcher writes about calls. */
export interface CallAudit {
  /** Before a change: throws `unavailable` when it cannot be written. The answer takes what became of it. */
  begin(words: CallWords): { succeeded(output: unknown): void; failed(error: WireError): void }
  /** A call that was turned away before it began: changes always, reads where a right was missing. */
  refused(call: { verb: string; body: unknown; address: string }, actor: Actor | null, error: WireError): void
}

/** Codes with which a handler says no; with the others something broke. */
const REFUSALS: ReadonlySet<WireError['code']> = new Set([
  ...(['unauthenticated', 'reauthenticate', 'forbidden', 'invalid_input'] as const),
  ...(['not_found', 'conflict', 'busy', 'rate_limited'] as const),
])

/** The audit of calls. What cannot be written after the fact is told to `log`. */
export function createCallAudit(audit: AuditLog, log: (message: string) => void): CallAudit {
  let minute = 0
  let unknown = 0
  const tryWrite = (row: NewAuditRow) => {
    try {
      audit.write(row)
    } catch (error) {
      log(`audit: ${row.verb} of ${row.actor}, ${row.outcome}, could not be written: ${errorChain(error)}`)
    }
  }
  const detailOf = ({ code, message }: WireError) => `${code}: ${message}`

  return {
    begin({ actor, ...words }) {
      const row = { ...words, actor: nameOf(actor), argv: [], detail: '' }
      audit.write({ ...row, outcome: 'intent' })
      return {
        succeeded: (output) =>
          tryWrite({ ...row, actor: row.actor === '' ? signedIn(output) : row.actor, outcome: 'succeeded' }),
        failed: (error) =>
          tryWrite({ ...row, outcome: REFUSALS.has(error.code) ? 'refused' : 'failed', detail: detailOf(error) }),
      }
    },
    refused({ verb: name, body, address }, actor, error) {
      if (!isVerbName(name)) return
      const verb = verbNamed(name)
      // A read that is refused for want of a session is a page left open; one for want of a right is a try.
      if (verb.kind === 'read' && error.code !== 'forbidden') return
      if (actor === null || error.code === 'rate_limited') {
        const now = Math.floor(performance.now() / 60_000)
        if (now !== minute) [minute, unknown] = [now, 0]
        unknown += 1
        if (unknown > UNKNOWN_PER_MINUTE) return
      }
      tryWrite({
        ...{ target: '', text: name, ...wordsOf(verb, body) },
        ...{ actor: nameOf(actor), address, verb: name, argv: [], jobId: null },
        ...{ outcome: REFUSALS.has(error.code) ? 'refused' : 'failed', detail: detailOf(error) },
      })
    },
  }
}

/** What was asked, where the input can be read at all. */
function wordsOf(verb: Verb, body: unknown): { target: string; text: string } | undefined {
  const parsed = verb.input.safeParse((body as { input?: unknown } | null)?.input)
  return parsed.success ? verb.audit?.(parsed.data) : undefined
}

/** Who asked; a program by its token. */
const nameOf = (actor: Actor | null): string =>
  actor === null ? '' : actor.token === undefined ? actor.userName : `${actor.userName}, token ${actor.token}`

/** Who a login made the visitor. */
function signedIn(output: unknown): string {
  const actor = (output as { actor?: { userName?: unknown } } | null)?.actor
  return typeof actor?.userName === 'string' ? actor.userName : ''
}
