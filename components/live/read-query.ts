import { queryOptions } from '@tanstack/react-query'
import type { ReadVerb, VerbInput, VerbOutput } from '@/lib/contract/verbs.ts'
import { verbs } from '@/lib/contract/verbs.ts'
import { CallAnswer, callPath } from '@/lib/contract/wire.ts'
import type { WireError } from '@/lib/errors.ts'

/** A read that failed as expected, as react-query carries it. */
export class ReadError extends Error {
  override name = 'ReadError'
  constructor(readonly error: WireError) {
    super(error.message)
  }
}

const unavailable = (message: string): ReadError =>
  new ReadError({ code: 'unavailable', message, hint: 'The page tries again by itself.', requestId: '' })

/** Asks for a read through the panel; throws ReadError for every expected failure. */
export async function callRead<Name extends ReadVerb>(
  verb: Name,
  input: VerbInput<Name>,
  signal?: AbortSignal,
): Promise<VerbOutput<Name>> {
  let answer: unknown
  try {
    const response = await fetch(`/api${callPath(verb)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ input }),
      ...(signal === undefined ? {} : { signal }),
    })
    answer = await response.json()
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw unavailable('The panel cannot be reached.')
  }
  const parsed = CallAnswer.safeParse(answer)
  if (!parsed.success) throw unavailable('The panel answered nonsense.')
  if (!parsed.data.ok) throw new ReadError(parsed.data.error)
  const value = verbs[verb].output.safeParse(parsed.data.value)
  if (!value.success) throw unavailable('The panel is of another version than this page. Reload it.')
  return value.data as VerbOutput<Name>
}

/** Key of a read in the cache. All reads of a verb: `readKey(verb)`. */
export const readKey = (verb: ReadVerb, input?: unknown) =>
  input === undefined ? ['read', verb] : ['read', verb, input]

/**
 * A read as options for useQuery. Live events make stale what they touch (apply-events.ts), so nothing is polled.
 * Example: `useQuery(readQuery('jail.detail', { id }))`.
 */
export const readQuery = <Name extends ReadVerb>(verb: Name, input: VerbInput<Name>) =>
  queryOptions<VerbOutput<Name>, ReadError>({
    queryKey: readKey(verb, input),
    queryFn: ({ signal }) => callRead(verb, input, signal),
  })
