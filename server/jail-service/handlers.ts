import type { Actor } from '@/lib/account.ts'
import type { VerbName, VerbOutput, VerbParsedInput } from '@/lib/contract/verbs.ts'

/** What the accounts half tells the host half about a caller, checked anew at each call (design, section 7). */
export interface CallContext {
  requestId: string
  /** Who asks; null only at verbs whose access is `anyone`. */
  actor: Actor | null
  /** Id of the session that the call came with, null without one. */
  sessionId: string | null
  /** Made by the caller; given with every change that becomes a job. */
  changeId: string | undefined
  /** The visitor's address as the panel saw it. */
  address: string
  userAgent: string
  /** The cookie header as it came; only the accounts half reads it. */
  cookie: string
  /** Adds a Set-Cookie header to the answer. */
  setCookie: (value: string) => void
}

/** One handler for each verb of the contract: right, schema and precondition were checked before. */
export type Handlers = {
  [Name in VerbName]: (input: VerbParsedInput<Name>, context: CallContext) => Promise<VerbOutput<Name>>
}

/** Some of the handlers, those whose names begin alike. */
export type HandlersOf<Names extends VerbName> = Pick<Handlers, Names>
