import 'server-only'
import type { ReadVerb, VerbInput, VerbOutput } from '@/lib/contract/verbs.ts'
import type { Result } from '@/lib/result.ts'
import { call } from '../jail-client.ts'
import { visitorOf } from '../visitor.ts'

/** Reads for a page that is being rendered, as its visitor. */
export async function load<Name extends ReadVerb>(
  verb: Name,
  input: VerbInput<Name>,
): Promise<Result<VerbOutput<Name>>> {
  const { result } = await call(verb, input, await visitorOf())
  return result
}
