import { createHash, randomUUID } from 'node:crypto'
import type { Actor } from '@/lib/account.ts'
import { jailRefusal, proofAgeLimitS, roleCan, roleRefusal } from '@/lib/capabilities.ts'
import { CallBody } from '@/lib/contract/wire.ts'
import type { VerbName } from '@/lib/contract/verbs.ts'
import { isVerbName, verbNamed, verbs } from '@/lib/contract/verbs.ts'
import type { Verb } from '@/lib/contract/verb.ts'
import { PanelError, toWireError } from '@/lib/errors.ts'
import type { Jail } from '@/lib/jail.ts'
import { Job } from '@/lib/job.ts'
import type { Result } from '@/lib/result.ts'
import { failure, success } from '@/lib/result.ts'
import { askAgain } from './ask-again.ts'
import { canonicalJson } from './audit/canonical-json.ts'
import type { CallAudit } from './audit/call-audit.ts'
import type { CallContext, Handlers } from './handlers.ts'
import { invalidInput } from './invalid-input.ts'

/** A call as it came over the socket. */
export interface Call {
  verb: string
  body: unknown
  cookie: string | undefined
  address: string
  userAgent: string
  setSession: (token: string | null) => void
}

export interface DispatchDeps {
  handlers: Handlers
  authenticate(cookie: string | undefined): Promise<{ sessionId: string; actor: Actor } | undefined>
  /** Whether a user holds a right at this moment. */
  userCan(userId: string, capability: Exclude<Verb['access'], 'anyone'>): boolean
  /** Seconds since a session's user last proved who it is. */
  proofAgeS(sessionId: string): number
  findJail(id: string): Jail | undefined
  /** The job that the same request made before. */
  madeBy(request: Pick<CallContext, 'changeId' | 'fingerprint'>): Job | undefined
  audit: CallAudit
  logFault(requestId: string, verb: string, error: unknown): void
}

type Handler = (input: unknown, context: CallContext) => Promise<unknown>

/** Changes that go on as a job after their answer; its end is audited when it comes. */
const makesJob = (name: VerbName): boolean => verbs[name].output === Job && name !== 'job.cancel'

/** The one door: session → capability → schema → precondition → audit → run → audit → answer. Never rejects. */
export function createDispatch({ handlers, audit, ...deps }: DispatchDeps): (call: Call) => Promise<Result<unknown>> {
  return async (call) => {
    const requestId = randomUUID()
    let actor: Actor | null = null
    let begun: ReturnType<CallAudit['begin']> | undefined
    try {
      if (!isVerbName(call.verb)) throw new PanelError('not_found', 'The jail service has no such verb.')
      const verb = verbNamed(call.verb)
      const { access, kind, jailMust } = verb

      const visitor = access === 'anyone' ? undefined : await deps.authenticate(call.cookie)
      actor = visitor?.actor ?? null
      if (access !== 'anyone' && actor === null)
        throw new PanelError('unauthenticated', 'You are not logged in, or your session ended.', { hint: 'Log in.' })

      if (actor !== null && access !== 'anyone' && !roleCan(actor.role, access))
        throw new PanelError('forbidden', roleRefusal(actor.role, access) ?? 'You cannot do this.')

      const body = CallBody.safeParse(call.body)
      if (!body.success) throw invalidInput(body.error)
      const parsed = verb.input.safeParse(body.data.input)
      if (!parsed.success) throw invalidInput(parsed.error)
      const input = parsed.data

      const proofLimitS = kind === 'change' && access !== 'anyone' ? proofAgeLimitS(access) : undefined
      if (visitor !== undefined && proofLimitS !== undefined && deps.proofAgeS(visitor.sessionId) > proofLimitS)
        throw askAgain()

      const holder = actor
      const context: CallContext = {
        ...{ actor, requestId, address: call.address, userAgent: call.userAgent, setSession: call.setSession },
        grant:
          holder === null || access === 'anyone'
            ? null
            : { actor: holder, stillHolds: () => deps.userCan(holder.userId, access) },
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

      const words = verb.audit?.(input)
      if (kind === 'change' && words !== undefined)
        begun = audit.begin({
          ...{ actor, address: call.address, verb: call.verb, ...words },
          jobId: makesJob(call.verb) ? context.changeId : null,
        })
      const output: unknown = verb.output.parse(await (handlers[call.verb] as Handler)(input, context))
      if (!makesJob(call.verb)) begun?.succeeded(output)
      return success(output)
    } catch (error) {
      if (!(error instanceof PanelError) || error.cause !== undefined) deps.logFault(requestId, call.verb, error)
      const wire = toWireError(error, requestId)
      if (begun === undefined) audit.refused(call, actor, wire)
      else begun.failed(wire)
      return failure(wire)
    }
  }
}
