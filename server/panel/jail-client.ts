import { Agent, request } from 'undici'
import type { VerbInput, VerbName, VerbOutput } from '@/lib/contract/verbs.ts'
import { verbs } from '@/lib/contract/verbs.ts'
import { CallAnswer, callPath, CLIENT_ADDRESS_HEADER } from '@/lib/contract/wire.ts'
import type { Result } from '@/lib/result.ts'
import { failure } from '@/lib/result.ts'
import { socketPath } from './env.ts'

/** Longest wait for an answer, in milliseconds: changes answer with a job at once, reads may wait for a host command. */
const ANSWER_MS = 30_000

let agent: Agent | undefined
const agentOf = (): Agent => (agent ??= new Agent({ connect: { socketPath: socketPath() }, connections: 32 }))

/** On whose behalf a call is made, as the visitor's request says it. */
export interface Visitor {
  cookie: string
  userAgent: string
  address: string
}

export interface CallOptions extends Visitor {
  /** Made by the caller for every change. */
  changeId?: string | undefined
}

export interface Called<T> {
  result: Result<T>
  /** `set-cookie` lines of the answer. */
  setCookies: readonly string[]
}

const unavailable = (message: string) =>
  failure({
    code: 'unavailable',
    message,
    hint: 'It starts again by itself; try once more in a moment.',
    requestId: '',
  })

/** Calls a verb of the jail service. The answer is checked against the verb's own schema; a service that is gone is `unavailable`. */
export async function call<Name extends VerbName>(
  verb: Name,
  input: VerbInput<Name>,
  { cookie, userAgent, address, changeId }: CallOptions,
): Promise<Called<VerbOutput<Name>>> {
  let status: number
  let body: unknown
  let setCookies: readonly string[] = []
  try {
    const answer = await request(`http://jail-service${callPath(verb)}`, {
      method: 'POST',
      dispatcher: agentOf(),
      headers: {
        'content-type': 'application/json',
        'user-agent': userAgent,
        [CLIENT_ADDRESS_HEADER]: address,
        ...(cookie === '' ? {} : { cookie }),
      },
      body: JSON.stringify({ input, ...(changeId === undefined ? {} : { changeId }) }),
      headersTimeout: ANSWER_MS,
      bodyTimeout: ANSWER_MS,
    })
    status = answer.statusCode
    const lines = answer.headers['set-cookie']
    setCookies = lines === undefined ? [] : typeof lines === 'string' ? [lines] : lines
    body = await answer.body.json()
  } catch {
    return { result: unavailable('The jail service does not answer.'), setCookies }
  }
  const parsed = CallAnswer.safeParse(body)
  if (!parsed.success)
    return { result: unavailable(`The jail service answered nonsense (HTTP ${status}).`), setCookies }
  if (!parsed.data.ok) return { result: parsed.data, setCookies }
  const value = verbs[verb].output.safeParse(parsed.data.value)
  if (!value.success)
    return { result: unavailable('The jail service is of another version than the panel.'), setCookies }
  return { result: { ok: true, value: value.data as VerbOutput<Name> }, setCookies }
}
