import { existsSync } from 'node:fs'
import http from 'node:http'
import fc from 'fast-check'
import { roleCan } from '../lib/capabilities.ts'
import { verbNamed } from '../lib/contract/verbs.ts'
import { SESSION_COOKIE } from '../lib/contract/wire.ts'
import { FUZZ_TIMEOUT_MS, fuzz } from '../server/fuzz.ts'
import type { BuiltAction } from './built-actions.ts'
import { builtActions } from './built-actions.ts'
import { expect, test, useHost } from './fixtures.ts'
import { sampleInputs } from './sample-inputs.ts'
import type { RunningPanel, TestRole } from './start-panel.ts'
import { cookieIn, TEST_PASSWORD } from './start-panel.ts'

/**
 * Whatever is posted to the address of a server action of the real panel: it is answered in time and in the panel's own
 * words, nobody does what they have no right to, and the panel goes on as before.
 */
useHost({ panelOutput: 'ignore' }) // Next tells of each body that it cannot read

/** Bodies on their way at once. */
const AT_ONCE = 20
const ANSWER_MS = 20_000

interface Body {
  type: string | undefined
  body: string
}
interface Attempt extends Body {
  action: number
  as: TestRole | undefined
  /** What is wrong with the id of the action; undefined: nothing. */
  id: 'missing' | 'unknown' | 'odd' | undefined
}

const BOUNDARY = 'x-cellblock-x'
const multipart = (fields: readonly (readonly [name: string, value: string])[]): Body => ({
  type: `multipart/form-data; boundary=${BOUNDARY}`,
  body: `${fields.map(([name, value]) => `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('')}--${BOUNDARY}--\r\n`,
})

/** Where the encoding of React's actions gives a text more meanings than one: references, promises, maps, functions. */
const reference = fc.oneof(
  fc.constantFrom(
    ...['$0', '$1', '$2', '$@0', '$@1', '$@', '$F1', '$F0', '$h1', '$Q1', '$W1', '$K1', '$K', '$B1', '$i1', '$l1'],
    ...['$undefined', '$NaN', '$Infinity', '$-0', '$n9', '$nx', '$D2020', '$D', '$T', '$R1', '$r1', '$X1', '$x1', '$$'],
    ...['$1:__proto__', '$1:__proto__:then', '$1:constructor:constructor', '$0:0', '$1:a:b:c', '$1:then', '$ACTION_'],
    ...['$A1', '$O1', '$o1', '$U1', '$S1', '$s1', '$L1', '$l', '$G1', '$g1', '$M1', '$m1', '$V1', '$C1', '$P1', '$E'],
  ),
  fc.string({ maxLength: 4 }).map((text) => `$${text}`),
)
const leaf = fc.oneof(
  reference,
  fc.constantFrom(null, true, 0, -1, 1e308, '', 'admin', 'iocage:www', '--force', 'ALL', '../x'),
  fc.string({ unit: 'binary', maxLength: 12 }),
)
const field = fc.constantFrom(
  ...['id', 'ids', 'jails', 'tag', 'role', 'password', 'input', 'then', 'status', 'value', 'reason', '_response'],
  ...['__proto__', 'constructor', 'toString', 'length', '$ACTION_ID_', '_prefix', '_formData', 'get', 'resolve'],
)
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.oneof(field, fc.string({ maxLength: 6 })), tie('value')), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries)),
  ),
})).value
// JSON.stringify leaves out a __proto__ that is set as a prototype, so some are written as text.
const text = json.map((value) => (JSON.stringify(value) ?? '').replaceAll('"constructor":', '"__proto__":'))

/** A body for the action: right but for something, or anything at all. */
const bodyFor = ({ verb }: BuiltAction): fc.Arbitrary<Body> => {
  const sample = JSON.stringify(sampleInputs[verb])
  const plain = (body: string): Body => ({ type: 'text/plain;charset=UTF-8', body })
  const changed = fc
    .tuple(fc.oneof(field, fc.constantFrom(...Object.keys(sampleInputs[verb]), 'x')), json)
    .map(([name, value]) => {
      const rest = Object.entries(JSON.parse(sample) as object).filter(([key]) => key !== name)
      return `{${[...rest, [name, value]].map(([key, of]) => `${JSON.stringify(key)}:${JSON.stringify(of) ?? 'null'}`).join(',')}}`
    })
  return fc.oneof(
    { weight: 4, arbitrary: changed.map((input) => plain(`[${input}]`)) },
    { weight: 2, arbitrary: text.map((input) => plain(`[${sample},${input}]`)) },
    { weight: 2, arbitrary: text.map((input) => plain(`[${input}]`)) },
    { weight: 1, arbitrary: text.map(plain) },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.nat(400), fc.nat(8), fc.string({ maxLength: 4 })).map(([at, gone, put]) => {
        const whole = `[${sample}]`
        const place = at % (whole.length + 1)
        return plain(whole.slice(0, place) + put + whole.slice(place + gone))
      }),
    },
    {
      weight: 5,
      arbitrary: fc
        .array(
          fc.tuple(
            fc.constantFrom(
              '0',
              '1',
              '2',
              '1_0',
              '_0',
              '$ACTION_ID_',
              '$ACTION_REF_1',
              '$ACTION_1:0',
              '__proto__',
              'a',
            ),
            fc.oneof(
              text,
              reference.map((one) => JSON.stringify(one)),
              fc.string({ maxLength: 8 }),
              fc.constant(`[${sample}]`),
            ),
          ),
          { maxLength: 4 },
        )
        .map(multipart),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          fc.constantFrom(
            ...['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data', 'text/x-component'],
            ...['multipart/form-data; boundary=', 'text/plain; charset=utf-7', undefined, ''],
          ),
          fc.oneof(text, fc.constantFrom('', sample, '0=%5B%5D&1=', `--\r\n\r\n`)),
        )
        .map(([type, body]) => ({ type, body })),
    },
    { weight: 1, arbitrary: fc.constantFrom(1_000, 70_000, 140_000).map((size) => plain(`["${'x'.repeat(size)}"]`)) },
  )
}

/** Who has no right to a verb is refused before anything is done or looked up. */
const BEYOND_THE_RIGHT = new Set(['ok', 'not_found', 'conflict', 'busy', 'command_failed', 'timeout'])
/** What only somebody who reads the source or the machine should know. */
const INSIDE = /node_modules|\/tmp\/|jail-service\.mjs|panel\.mjs|\n\s+at |file:\/\/|ECONNREFUSED|SQLITE/

function post(
  panel: RunningPanel,
  { action: number, as, id, type, body }: Attempt,
  actions: readonly BuiltAction[],
  cookies: ReadonlyMap<TestRole, string>,
): Promise<{ status: number; text: string }> {
  const { actionId, place } = actions[number] as BuiltAction
  const name = id === undefined ? actionId : id === 'unknown' ? 'a'.repeat(42) : '__proto__'
  const cookie = as === undefined ? undefined : cookies.get(as)
  return new Promise((resolve, reject) => {
    const request = http.request(
      new URL(place, panel.origin),
      {
        method: 'POST',
        timeout: ANSWER_MS,
        headers: {
          ...{ origin: panel.origin, 'content-length': Buffer.byteLength(body) },
          ...(id === 'missing' ? {} : { 'next-action': name }),
          ...(type === undefined ? {} : { 'content-type': type }),
          ...(cookie === undefined ? {} : { cookie: `${SESSION_COOKIE}=${cookie}` }),
        },
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => (text += part))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
        response.on('error', reject)
      },
    )
    request.on('timeout', () => request.destroy(new Error(`no answer within ${ANSWER_MS} ms`)))
    request.on('error', reject)
    request.end(body)
  })
}

test('whatever is posted to an action', async ({ panel }) => {
  test.setTimeout(FUZZ_TIMEOUT_MS)
  const actions = builtActions()
  const cookies = new Map<TestRole, string>()
  for (const role of ['viewer', 'operator'] as const) cookies.set(role, await panel.login(role))
  /** What nobody without the right may have changed. */
  const world = async () => {
    const admin = await panel.login('admin')
    const value = async (verb: string) => ((await panel.call(verb, {}, admin)).body as { value: object }).value
    const { jails, releases, host } = (await value('host.snapshot')) as Record<string, unknown> & {
      host: { pools: { name: string; active: boolean }[] }
    }
    const { users } = (await value('user.list')) as { users: { userName: string; role: string }[] }
    return {
      jails,
      releases,
      pools: host.pools.map(({ name, active }) => [name, active]),
      users: users.map(({ userName, role }) => [userName, role]),
    }
  }
  const before = await world()
  const pids = panel.pids()

  const attempt: fc.Arbitrary<Attempt> = fc
    .tuple(fc.nat(actions.length - 1), fc.constantFrom(undefined, 'viewer' as const, 'operator' as const))
    .chain(([action, as]) => {
      const built = actions[action] as BuiltAction
      return fc.record({
        action: fc.constant(action),
        // Done well, it would leave a password that nobody here knows.
        as: fc.constant(built.verb === 'account.changePassword' ? undefined : as),
        id: fc.oneof(
          { weight: 12, arbitrary: fc.constant(undefined) },
          fc.constantFrom('missing' as const, 'unknown' as const, 'odd' as const),
        ),
        filled: bodyFor(built),
      })
    })
    .map(({ filled, ...rest }) => ({ ...rest, ...filled }))

  let sent = 0
  /** Rounds after which a role's session was still good. */
  const rounds = { viewer: 0, operator: 0 }
  const seen = new Map<string, number>()
  await fuzz(
    'bodies of server actions',
    fc.asyncProperty(fc.array(attempt, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (attempts) => {
      await Promise.all(
        attempts.map(async (one) => {
          const { status, text } = await post(panel, one, actions, cookies)
          sent += 1
          const { verb } = actions[one.action] as BuiltAction
          const what = `${verb} as ${one.as ?? 'nobody'} with ${JSON.stringify(one.body.slice(0, 300))}`
          const code =
            /"ok":false,"error":\{"code":"(\w+)"/.exec(text)?.[1] ?? (/"ok":true/.test(text) ? 'ok' : `${status}`)
          seen.set(code, (seen.get(code) ?? 0) + 1)
          // Whatever Next makes of it: an answer it is, and none of a server that broke.
          if (status < 200 || status > 500) throw new Error(`${what}: status ${status}`)
          if (INSIDE.test(text)) throw new Error(`${what} tells ${INSIDE.exec(text)?.[0]}: ${text.slice(0, 500)}`)
          const { access } = verbNamed(verb)
          const may = access === 'anyone' || (one.as !== undefined && roleCan(one.as, access))
          if (!may && BEYOND_THE_RIGHT.has(code)) throw new Error(`${what}: ${code}`)
          if (code === 'internal' || code === 'unavailable') throw new Error(`${what}: ${text.slice(0, 500)}`)
        }),
      )
      // An own session that was ended by an action is opened again, or in a later round: bodies that log in count towards
      // the limit of logins.
      for (const role of ['viewer', 'operator'] as const) {
        if ((await panel.call('account.me', {}, cookies.get(role))).status === 200) {
          rounds[role] += 1
          continue
        }
        const { status, setCookie } = await panel.call('session.login', { userName: role, password: TEST_PASSWORD })
        if (status === 200) cookies.set(role, cookieIn(setCookie))
        else expect(status).toBe(429)
      }
    }),
    { few: 30, many: 2_500, unit: { name: 'bodies', count: () => sent } },
  )

  // It went past Next to the panel, past the panel to the service, and was refused at each door.
  for (const code of ['invalid_input', 'unauthenticated', 'forbidden']) expect([...seen.keys()]).toContain(code)
  for (const count of Object.values(rounds)) expect(count).toBeGreaterThan(sent / AT_ONCE / 5)
  expect(await world()).toEqual(before)
  expect(panel.pids()).toEqual(pids)
  expect(existsSync(`/proc/${pids.panel}`)).toBe(true)
  // The calls that this address may make without a session may be used up: a minute gives them back.
  const login = async () => {
    const page = await fetch(new URL('/login', panel.origin))
    return [page.status, (await page.text()).includes('Password')]
  }
  await expect.poll(login, { timeout: 120_000, intervals: [5_000] }).toEqual([200, true])
})
