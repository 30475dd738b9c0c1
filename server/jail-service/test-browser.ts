import { randomInt } from 'node:crypto'
import type { VerbInput, VerbName, VerbOutput } from '@/lib/contract/verbs.ts'
import { CLIENT_ADDRESS_HEADER, callPath } from '@/lib/contract/wire.ts'
import type { Result } from '@/lib/result.ts'
import type { TestService } from './test-service.ts'

/** Calls of one browser, which keeps the cookies that it is given. */
export class TestBrowser {
  readonly cookies = new Map<string, string>()
  /** One of its own: limits of one are not those of another. */
  readonly address = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`
  readonly #service: TestService

  constructor(service: TestService) {
    this.#service = service
  }

  async call<Name extends VerbName>(verb: Name, input: VerbInput<Name>): Promise<Result<VerbOutput<Name>>> {
    const { body, headers } = await this.#service.request('POST', callPath(verb), JSON.stringify({ input }), {
      ...{ 'content-type': 'application/json', [CLIENT_ADDRESS_HEADER]: this.address },
      cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    })
    for (const line of headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return JSON.parse(body) as Result<VerbOutput<Name>>
  }

  /** The value of a call that has to succeed. */
  async must<Name extends VerbName>(verb: Name, input: VerbInput<Name>): Promise<VerbOutput<Name>> {
    const result = await this.call(verb, input)
    if (!result.ok) throw new Error(`${verb}: ${JSON.stringify(result.error)}`)
    return result.value
  }
}
