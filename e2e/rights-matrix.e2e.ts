import http from 'node:http'
import { roleCan } from '../lib/capabilities.ts'
import type { VerbName } from '../lib/contract/verbs.ts'
import { isReadVerb, verbNamed, verbNames } from '../lib/contract/verbs.ts'
import { SESSION_COOKIE } from '../lib/contract/wire.ts'
import { builtActions } from './built-actions.ts'
import { expect, test, useHost } from './fixtures.ts'
import { sampleInputs } from './sample-inputs.ts'
import { roles } from './start-panel.ts'

/** Every verb × every caller at the panel's door; the service's own is authorization.service.test.ts. */
useHost()

interface Answer {
  status: number
  /** Code of the failure; `ok` when there is none. */
  code: string
}

function post(origin: string, place: string, headers: Record<string, string>, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      new URL(place, origin),
      { method: 'POST', headers: { 'content-length': Buffer.byteLength(body), ...headers } },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => (text += part))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            code:
              /"ok":false,"error":\{"code":"(\w+)"/.exec(text)?.[1] ??
              (/"ok":true/.test(text) ? 'ok' : text.slice(0, 200)),
          }),
        )
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

const wanted = (
  verb: VerbName,
  role: (typeof roles)[number] | undefined,
): 'unauthenticated' | 'forbidden' | undefined => {
  const { access } = verbNamed(verb)
  if (access === 'anyone') return undefined
  if (role === undefined) return 'unauthenticated'
  return roleCan(role, access) ? undefined : 'forbidden'
}

test('reads: every verb × no session, a forged one, every role', async ({ panel }) => {
  test.setTimeout(240_000)
  const headers = { origin: panel.origin, 'content-type': 'application/json' }
  const callers: [(typeof roles)[number] | undefined, string | undefined][] = [
    [undefined, undefined],
    [undefined, 'made.up'],
  ]
  for (const role of roles) callers.push([role, await panel.login(role)])
  for (const verb of verbNames.filter(isReadVerb))
    for (const [role, cookie] of callers) {
      const { code } = await post(
        panel.origin,
        `/api/call/${verb}`,
        { ...headers, ...(cookie === undefined ? {} : { cookie: `${SESSION_COOKIE}=${cookie}` }) },
        JSON.stringify({ input: sampleInputs[verb] }),
      )
      const right = wanted(verb, role)
      if (right === undefined) expect.soft(['unauthenticated', 'forbidden'], `${verb} as ${role}`).not.toContain(code)
      else expect.soft(code, `${verb} as ${role ?? 'nobody'}`).toBe(right)
    }
})

test('changes: no plain request with a session makes one', async ({ panel }) => {
  const cookie = `${SESSION_COOKIE}=${await panel.login('admin')}`
  for (const verb of verbNames.filter((name) => !isReadVerb(name))) {
    const headers = { origin: panel.origin, cookie, 'content-type': 'application/json' }
    const { status } = await post(
      panel.origin,
      `/api/call/${verb}`,
      headers,
      JSON.stringify({ input: sampleInputs[verb] }),
    )
    expect.soft(status, verb).toBe(404)
  }
})

test('changes: every server action × no session, a forged one, every role without the right', async ({ panel }) => {
  test.setTimeout(240_000)
  const actions = builtActions()
  expect(actions.length).toBeGreaterThan(25)
  const callers: [(typeof roles)[number] | undefined, string | undefined][] = [
    [undefined, undefined],
    [undefined, 'made.up'],
  ]
  for (const role of roles) callers.push([role, await panel.login(role)])
  let tried = 0
  for (const { verb, actionId, place } of actions)
    for (const [role, cookie] of callers) {
      const right = wanted(verb, role)
      // With the right it would be done: the service's own matrix looks at that side.
      if (right === undefined) continue
      tried += 1
      const { code } = await post(
        panel.origin,
        place,
        {
          ...{ origin: panel.origin, 'next-action': actionId, 'content-type': 'text/plain;charset=UTF-8' },
          ...(cookie === undefined ? {} : { cookie: `${SESSION_COOKIE}=${cookie}` }),
        },
        JSON.stringify([sampleInputs[verb]]),
      )
      expect.soft(code, `${verb} as ${role ?? 'nobody'}`).toBe(right)
    }
  expect(tried).toBeGreaterThan(70)
})

test('programs: every verb × a token of every role', async ({ panel }) => {
  test.setTimeout(240_000)
  const admin = await panel.login('admin')
  for (const role of roles) {
    const made = await panel.call('token.create', { name: role, role, jails: null, unattended: true, days: 1 }, admin)
    const { token } = (made.body as { value: { token: string } }).value
    for (const verb of verbNames) {
      const { access, kind } = verbNamed(verb)
      if (access === 'anyone') continue
      const { code } = await post(
        panel.origin,
        `/api/call/${verb}`,
        { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        JSON.stringify({ input: { ...sampleInputs[verb], surprise: true } }),
      )
      const personal = ['jail:console', 'jail:files', 'recording:manage', 'user:manage', 'account:secure'].includes(
        access,
      )
      const refused = personal || !roleCan(role, access) || (access === 'account:own' && kind === 'change')
      expect.soft(code, `${verb} with a token of ${role}`).toBe(refused ? 'forbidden' : 'invalid_input')
    }
  }
})
