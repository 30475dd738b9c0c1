import 'server-only'
import type { ChangeVerb, VerbInput, VerbOutput } from '@/lib/contract/verbs.ts'
import { verbs } from '@/lib/contract/verbs.ts'
import { statusOf } from '@/lib/contract/wire.ts'
import type { Result } from '@/lib/result.ts'
import { failure } from '@/lib/result.ts'
import { call } from './jail-client.ts'
import { copyCookies } from './set-cookies.ts'
import { visitorOf } from './visitor.ts'

/** A change as a server action: `changeId` is made by the caller, so that a repeated request is done once. */
export type Action<Name extends ChangeVerb> = (
  input: VerbInput<Name>,
  changeId?: string,
) => Promise<Result<VerbOutput<Name>>>

/**
 * The server action of a change verb: checks the input's form, passes the visitor's session along, and hands the
 * service's answer back. Who may do what is decided in the service, on each call.
 */
export function createAction<Name extends ChangeVerb>(verb: Name): Action<Name> {
  return async (input, changeId) => {
    // An action is public HTTP: what arrives here may be anything.
    const parsed = verbs[verb].input.safeParse(input)
    if (!parsed.success || (changeId !== undefined && typeof changeId !== 'string'))
      return failure({
        code: 'invalid_input',
        message: parsed.error?.issues[0]?.message ?? 'This request is malformed.',
        fields: parsed.error?.issues.map(({ path, message }) => ({ path: path.join('.'), message })) ?? [],
        requestId: '',
      })
    const { result, setCookies } = await call(verb, input, { ...(await visitorOf()), changeId })
    // A failed login must not end a session that exists; an ended one is told so by its own answer.
    if (result.ok || statusOf(result.error.code) === 401) await copyCookies(setCookies)
    return result
  }
}
