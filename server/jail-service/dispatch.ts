import { createHash, randomUUID } from 'node:crypto'
import type { Actor } from '@/lib/account.ts'
import type { Capability } from '@/lib/capabilities.ts'
import { holderCan, holderRefusal, jailRefusal, proofAgeLimitS, secondStepRefusal } from '@/lib/capabilities.ts'
import { CallBody, OIDC_COOKIE } from '@/lib/contract/wire.ts'
import type { VerbName } from '@/lib/contract/verbs.ts'
import { isVerbName, mayComeBefore, verbNamed, verbs } from '@/lib/contract/verbs.ts'
import type { Verb } from '@/lib/contract/verb.ts'
import { PanelError, toWireError } from '@/lib/errors.ts'
import type { Jail } from '@/lib/jail.ts'
import { Job } from '@/lib/job.ts'
import type { Result } from '@/lib/result.ts'
import { failure, success } from '@/lib/result.ts'
import { askAgain } from './ask-again.ts'
import { canonicalJson } from './audit/canonical-json.ts'
import { cookieNamed } from './accounts/session-cookie.ts'
import type { Caller } from './accounts/accounts.ts'
import type { CallAudit } from './audit/call-audit.ts'
import type { CallLimits } from './call-limits.ts'
import type { CallContext, Handlers } from './handlers.ts'
import type { JailFinder } from './jail-limits.ts'
import { isWithinLimits, narrowOutput } from './jail-limits.ts'
import { invalidInput } from './invalid-input.ts'

/** A call as it came over the socket. */
export interface Call {
  verb: string
  body: unknown
  cookie: string | undefined
  /** The Authorization header of a program; where there is one, it alone says who calls. */
  authorization: string | undefined
  address: string
  userAgent: string
  setSession: (token: string | null) => void
  setBrowserKey: (key: string | null) => void
}

export interface DispatchDeps extends JailFinder {
  handlers: Handlers
  authenticate(call: Pick<Call, 'cookie' | 'authorization' | 'address'>): Promise<Caller | undefined>
  findJail(id: string): Jail | undefined
  /** The job that the same request made before. */
  madeBy(request: Pick<CallContext, 'changeId' | 'fingerprint'>): Job | undefined
  /** For the audit, which is read when the user is gone; undefined: there is none of this id. */
  userName(id: string): string | undefined
  limits: Pick<CallLimits, 'count'>
  audit: CallAudit
  logFault(requestId: string, verb: string, error: unknown): void
}

const OUTSIDE = 'You are limited to some jails, and this is not one of them.'
const TOKEN_ATTENDED = 'This API token may not do what asks people once more who they are.'

/** Why a caller has not this right at all. A token may look at the account of its user, and change nothing there. */
const refusalOf = (actor: Actor, access: Capability, kind: Verb['kind']): string | undefined =>
  actor.token !== undefined && access === 'account:own' && kind === 'change'
    ? 'An API token cannot change the account of its user. Log in for that.'
    : holderRefusal(actor, access)

/** What the audit says of a user by the name: an id tells nobody anything, least of all later. */
function withUserName(
  words: { target: string; text: string } | undefined,
  verb: VerbName,
  userName: (id: string) => string | undefined,
): typeof words {
  const known = words !== undefined && verb.startsWith('user.') ? userName(words.target) : undefined
  if (words === undefined || known === undefined) return words
  return { target: known, text: words.text.replace(words.target, known) }
}

type Handler = (input: unknown, context: CallContext) => Promise<unknown>

/** Changes that go on as a job after their answer; its end is audited when it comes. */
const makesJob = (name: VerbName): boolean => verbs[name].output === Job && name !== 'job.cancel'

/** The one door: session → capability → schema → precondition → audit → run → audit → answer. Never rejects. */
export function createDispatch({
  handlers,
  audit,
  limits,
  ...deps
}: DispatchDeps): (call: Call) => Promise<Result<unknown>> {
  return async (call) => {
    const requestId = randomUUID()
    let actor: Actor | null = null
    let begun: ReturnType<CallAudit['begin']> | undefined
    try {
      if (!isVerbName(call.verb)) throw new PanelError('not_found', 'The jail service has no such verb.')
      const verb = verbNamed(call.verb)
      const { access, kind, jailMust } = verb
      if (access === 'anyone') limits.count('anyone', call.address)

      const visitor = access === 'anyone' ? undefined : await deps.authenticate(call)
      actor = visitor?.actor ?? null
      if (access !== 'anyone' && actor === null)
        throw new PanelError('unauthenticated', 'You are not logged in, or your session ended.', { hint: 'Log in.' })

      if (actor !== null) limits.count(kind, actor.userId)
      if (actor?.secondStep !== undefined && !mayComeBefore(actor.secondStep, call.verb))
        throw new PanelError('forbidden', secondStepRefusal(actor.secondStep))
      const refusal = actor !== null && access !== 'anyone' ? refusalOf(actor, access, kind) : undefined
      if (refusal !== undefined) throw new PanelError('forbidden', refusal)

      const body = CallBody.safeParse(call.body)
      if (!body.success) throw invalidInput(body.error)
      const parsed = verb.input.safeParse(body.data.input)
      if (!parsed.success) throw invalidInput(parsed.error)
      const input = parsed.data

      const proofLimitS = kind === 'change' && access !== 'anyone' ? proofAgeLimitS(access) : undefined
      if (visitor !== undefined && proofLimitS !== undefined && visitor.proofAgeS > proofLimitS)
        throw visitor.actor.token === undefined ? askAgain() : new PanelError('forbidden', TOKEN_ATTENDED)

      const name = call.verb
      if (actor !== null && !isWithinLimits(name, input, actor, deps))
        throw new PanelError('forbidden', OUTSIDE, { hint: 'An admin can change that.' })

      const context: CallContext = {
        ...{ actor, requestId, address: call.address, userAgent: call.userAgent },
        ...{ setSession: call.setSession, setBrowserKey: call.setBrowserKey },
        browserKey: cookieNamed(OIDC_COOKIE, call.cookie),
        grant:
          visitor === undefined || access === 'anyone'
            ? null
            : {
                actor: visitor.actor,
                stillHolds: () => {
                  const now = visitor.again()
                  return now !== undefined && holderCan(now, access) && isWithinLimits(name, input, now, deps)
                },
              },
        sessionId: visitor?.sessionId ?? null,
        changeId: body.data.changeId ?? requestId,
        fingerprint: createHash('sha256')
          .update(canonicalJson([call.verb, input, actor?.userId]))
          .digest('hex'),
      }
      const before = makesJob(call.verb) ? deps.madeBy(context) : undefined
      if (before !== undefined) return success(before)

      if (jailMust !== undefined) {
        const jail = deps.findJail((input as { id: string }).id)
        if (jail === undefined)
          throw new PanelError('not_found', 'This jail is not on the host.', { hint: 'Look at the table again.' })
        const reason = jailRefusal(jailMust, jail)
        if (reason !== undefined) throw new PanelError('conflict', reason, { hint: 'Nothing was changed.' })
      }

      const words = withUserName(verb.audit?.(input), name, (id) => deps.userName(id))
      if (kind === 'change' && words !== undefined)
        begun = audit.begin({
          ...{ actor, address: call.address, verb: call.verb, ...words },
          jobId: makesJob(call.verb) ? context.changeId : null,
        })
      const output: unknown = verb.output.parse(await (handlers[call.verb] as Handler)(input, context))
      if (!makesJob(call.verb)) begun?.succeeded(output)
      const seen = actor === null ? output : narrowOutput(call.verb, output, actor, deps)
      if (seen === undefined) throw new PanelError('not_found', 'There is no such job.')
      return success(seen)
    } catch (error) {
      if (!(error instanceof PanelError) || error.cause !== undefined) deps.logFault(requestId, call.verb, error)
      const wire = toWireError(error, requestId)
      if (begun === undefined) audit.refused(call, actor, wire)
      else begun.failed(wire)
      return failure(wire)
    }
  }
}
