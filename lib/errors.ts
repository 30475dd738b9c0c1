import { z } from 'zod'

/**
 * Everything that can go wrong, as the one closed list that crosses process boundaries.
 *
 * | code | the user should | the operator should |
 * |---|---|---|
 * | unauthenticated | log in again | nothing |
 * | reauthenticate | confirm who they are, then repeat | nothing |
 * | forbidden | ask an admin for the right | nothing |
 * | invalid_input | correct the named field | nothing |
 * | not_found | look again: it is gone or was never there | nothing |
 * | conflict | bring the thing into the state that the message names | nothing |
 * | busy | wait for the named job | nothing |
 * | rate_limited | wait | look for a guesser |
 * | command_failed | read the job's output | read the job's output |
 * | timeout | look at the job and the inventory | find out what hangs |
 * | unavailable | wait: a part is down | bring the part back |
 * | internal | report it with the request's id | read the log at that id |
 */
export const PanelErrorCode = z.enum([
  'unauthenticated',
  'reauthenticate',
  'forbidden',
  'invalid_input',
  'not_found',
  'conflict',
  'busy',
  'rate_limited',
  'command_failed',
  'timeout',
  'unavailable',
  'internal',
])
export type PanelErrorCode = z.infer<typeof PanelErrorCode>

/** What is wrong with one field of the input; `path` is dotted, as the form names the field. */
export const FieldProblem = z.object({ path: z.string(), message: z.string() })
export type FieldProblem = z.infer<typeof FieldProblem>

/**
 * An expected failure as it crosses the socket and the browser's wire: `message` says what happened and what
 * it means, `hint` what to do; `requestId` finds the service's log line. Never holds paths or stderr.
 */
export const WireError = z.object({
  code: PanelErrorCode,
  message: z.string(),
  hint: z.string().optional(),
  fields: z.array(FieldProblem).optional(),
  /** The job in the way (`busy`) or the one that failed (`command_failed`). */
  jobId: z.string().optional(),
  /** Seconds until another try makes sense (`rate_limited`). */
  retryAfterS: z.number().optional(),
  requestId: z.string(),
})
export type WireError = z.infer<typeof WireError>

export type PanelErrorDetail = Partial<Pick<WireError, 'hint' | 'fields' | 'jobId' | 'retryAfterS'>>

/** An expected failure inside one process. `message` states this layer's fact only; the cause speaks for itself. */
export class PanelError extends Error {
  override name = 'PanelError'
  readonly detail: PanelErrorDetail

  constructor(
    readonly code: PanelErrorCode,
    message: string,
    { cause, ...detail }: PanelErrorDetail & ErrorOptions = {},
  ) {
    super(message, { cause })
    this.detail = detail
  }
}

/** Joins an error and its causes, outermost first, with ': '. For the log line, never for the browser. */
export function errorChain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${errorChain(error.cause)}`
}

/** The wire form of an error: a PanelError's own words, or `internal` with nothing of the fault in it. */
export function toWireError(error: unknown, requestId: string): WireError {
  if (error instanceof PanelError) return { code: error.code, message: error.message, ...error.detail, requestId }
  return {
    code: 'internal',
    message: 'Something went wrong inside the jail service.',
    hint: `Nothing more was changed. Its log has the details under ${requestId}.`,
    requestId,
  }
}
