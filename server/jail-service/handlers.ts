import type { Actor } from '@/lib/account.ts'
import type { VerbName, VerbOutput, VerbParsedInput } from '@/lib/contract/verbs.ts'

/**
 * What the accounts half hands to the host half with a call: who may do what, and until when that was looked at.
 * The host half knows no users, roles or sessions beyond it.
 */
export interface Grant {
  actor: Actor
  /** Whether the right still stands; asked again by what outlives the call (jobs that wait, consoles). */
  stillHolds(): boolean
}

/** Everything about a call but its input. */
export interface CallContext {
  /** Who asks; null only for verbs that anyone may call. */
  actor: Actor | null
  /** null exactly when `actor` is. */
  grant: Grant | null
  /** Id of the session (never its token). */
  sessionId: string | null
  requestId: string
  /** Made by the caller, once for each change; it becomes the id of the job. Made here where the caller gave none. */
  changeId: string
  /** Digest of verb, input and user: tells whether a repeated `changeId` asks for the same. */
  fingerprint: string
  /** The visitor's address as the panel sees it. */
  address: string
  userAgent: string
  /** Sets the session's cookie on the answer; null removes it. */
  setSession: (token: string | null) => void
  /** What a browser keeps that went to the OpenID Connect provider: it alone may bring the answer. */
  browserKey: string | undefined
  /** Sets that on the answer; null removes it. */
  setBrowserKey: (key: string | null) => void
}

/** One function for each verb: everything about rights, schemas and audit was done before and is done after. */
export type Handlers = {
  [Name in VerbName]: (input: VerbParsedInput<Name>, context: CallContext) => Promise<VerbOutput<Name>>
}

/** The handlers of some verbs, for the parts that make them. */
export type HandlersOf<Name extends VerbName> = Pick<Handlers, Name>
