import http from 'node:http'
import type { VerbInput, VerbName, VerbOutput } from '@/lib/contract/verbs.ts'
import { callPath } from '@/lib/contract/wire.ts'
import type { Result } from '@/lib/result.ts'
import { failure } from '@/lib/result.ts'

export interface Called<Name extends VerbName> {
  result: Result<VerbOutput<Name>>
  /** Name and value of the session's cookie, when the answer sets one. */
  cookie: string | undefined
}

/** Calls a verb on the service's socket. Never rejects: a service that cannot be reached is `unavailable`. */
export function callService<Name extends VerbName>(
  socketPath: string,
  verb: Name,
  input: VerbInput<Name>,
  cookie?: string,
): Promise<Called<Name>> {
  const unavailable = (message: string): Called<Name> => ({
    result: failure({ code: 'unavailable', message, requestId: '' }),
    cookie: undefined,
  })
  return new Promise((resolve) => {
    const request = http.request(
      {
        ...{ socketPath, method: 'POST', path: callPath(verb), agent: false },
        headers: { 'content-type': 'application/json', ...(cookie === undefined ? {} : { cookie }) },
      },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (part: string) => (text += part))
        answer.on('error', (error) => resolve(unavailable(error.message)))
        answer.on('end', () => {
          try {
            resolve({
              result: JSON.parse(text) as Result<VerbOutput<Name>>,
              cookie: answer.headers['set-cookie']?.[0]?.split(';')[0],
            })
          } catch {
            resolve(unavailable('The jail service answered nonsense.'))
          }
        })
      },
    )
    request.on('error', (error) =>
      resolve(unavailable(`The jail service does not answer at ${socketPath}: ${error.message}`)),
    )
    request.end(JSON.stringify({ input, changeId: crypto.randomUUID() }))
  })
}
