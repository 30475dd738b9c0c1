import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { VerbInput } from '@/lib/contract/verbs.ts'
import { OIDC_COOKIE, SESSION_COOKIE } from '@/lib/contract/wire.ts'
import { TestBrowser } from '../test-browser.ts'
import { runService, startTestService, TEST_PASSWORD, type TestService } from '../test-service.ts'
import { CLIENT_SECRET, startTestProvider, type TestProvider } from './test-oidc-provider.ts'
import { codeOf } from './test-totp.ts'

/** Against the real provider of npm's oidc-provider; where it must lie, its own tokens are changed on their way out. */
const origin = 'http://localhost:8470'
let provider: TestProvider
let service: TestService

beforeAll(async () => {
  provider = await startTestProvider({ origin, settings: { roles: { 'jail-ops': 'operator', watchers: 'viewer' } } })
  service = await startTestService({ args: ['--oidc', provider.file, '--origin', origin] })
  await service.addRoles()
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await provider[Symbol.asyncDispose]()
})
beforeEach(() => {
  provider.tamper = undefined
  provider.intercept = undefined
  for (const name of Object.keys(provider.accounts)) delete provider.accounts[name]
  provider.accounts.ada = { subject: 's-ada', preferred_username: 'Ada', groups: ['others', 'watchers', 'jail-ops'] }
  provider.accounts.mallory = { subject: 's-mallory', preferred_username: 'mallory', groups: ['others'] }
})

type Begin = Partial<VerbInput<'oidc.begin'>>

/** Goes to the provider and logs in there; answers what it sends back. */
async function comeBack(browser: TestBrowser, account: string, begin: Begin = {}, cookies?: Map<string, string>) {
  const { url } = await browser.must('oidc.begin', { origin, purpose: 'login', ...begin })
  return provider.logIn(url, account, cookies)
}
/** The same, to link an account. */
async function comeBackToLink(browser: TestBrowser, account: string) {
  const { url } = await browser.must('oidc.beginLink', { origin, next: '/account' })
  return provider.logIn(url, account)
}
async function logIn(account: string, begin: Begin = {}) {
  const browser = new TestBrowser(service)
  const result = await browser.call('session.loginByOidc', { answer: await comeBack(browser, account, begin) })
  return { browser, result }
}
const refusal = (message: RegExp | string, code = 'forbidden') => ({
  ok: false,
  error: expect.objectContaining({ code, message: expect.stringMatching(message) }),
})
const users = async () => (await service.must('user.list', {}, { as: 'admin' })).users
const userNamed = async (name: string) => (await users()).find(({ userName }) => userName === name)
const rowsOf = async (verb: string) => (await service.must('audit.list', { verb }, { as: 'admin' })).rows

describe('who is let in', () => {
  test('a group of the provider has a role here; the highest counts, at each login anew', async () => {
    const { browser, result } = await logIn('ada', { next: '/jails?sort=tag' })
    expect(result).toMatchObject({
      ok: true,
      value: { actor: { userName: 'ada', role: 'operator' }, next: '/jails?sort=tag' },
    })
    expect(await browser.must('account.me', {})).toMatchObject({ actor: { userName: 'ada', role: 'operator' } })
    expect(await userNamed('ada')).toMatchObject({ oidc: 'group', role: 'operator' })

    provider.accounts.ada = { ...provider.accounts.ada, groups: ['watchers'] }
    expect((await logIn('ada')).result).toMatchObject({ ok: true, value: { actor: { role: 'viewer' } } })
    expect(await browser.must('account.me', {})).toMatchObject({ actor: { role: 'viewer' } })

    // Out of the group, out of here: also where a session is left.
    provider.accounts.ada = { ...provider.accounts.ada, groups: [] }
    expect((await logIn('ada')).result).toEqual(refusal('Example knows you as Ada, who is not let in here'))
    expect(await browser.call('account.me', {})).toMatchObject({ ok: false, error: { code: 'unauthenticated' } })
    expect((await rowsOf('user.create')).map(({ actor, text }) => ({ actor, text }))).toContainEqual({
      ...{ actor: 'Example', text: 'create user ada, operator, by its group' },
    })
    expect((await rowsOf('user.setRole')).map(({ text }) => text)).toContain('make user ada viewer, by its group')
  })

  test('an account at the provider alone lets nobody in, and leaves no user behind', async () => {
    const { browser, result } = await logIn('mallory')
    expect(result).toEqual(refusal('mallory, who is not let in here'))
    expect(browser.cookies.has(SESSION_COOKIE)).toBe(false)
    expect(await userNamed('mallory')).toBeUndefined()
    const [row] = await rowsOf('session.loginByOidc')
    expect(row).toMatchObject({ outcome: 'refused', detail: expect.stringContaining('mallory') })
  })

  test('nobody takes over a user by having its name at the provider', async () => {
    provider.accounts.impostor = { subject: 's-9', preferred_username: 'admin', groups: ['jail-ops'] }
    expect((await logIn('impostor')).result).toEqual(refusal('The name admin is that of a user here'))
    expect(await userNamed('admin')).toMatchObject({ oidc: null, role: 'admin' })
    provider.accounts.odd = { subject: 's-10', preferred_username: 'a b@c', groups: ['jail-ops'] }
    expect((await logIn('odd')).result).toEqual(refusal('cannot be a user’s name here'))
  })

  test('an invited user comes in by an account at the provider, with the role of the invitation', async () => {
    const invited = await service.must('user.invite', { userName: 'grace', role: 'viewer' }, { as: 'admin' })
    const browser = new TestBrowser(service)
    const answer = await comeBack(browser, 'mallory', { purpose: 'invite', token: invited.token })
    // Begun for an invitation, good for nothing else.
    expect(await browser.call('session.loginByOidc', { answer })).toEqual(refusal('was not begun here'))
    expect(await browser.must('invite.acceptByOidc', { answer })).toMatchObject({ actor: { userName: 'grace' } })
    expect(await userNamed('grace')).toMatchObject({ oidc: 'linked', role: 'viewer', inviteUntil: null })
    // It is the account, not its name.
    provider.accounts.mallory = { subject: 's-mallory', preferred_username: 'admin', groups: ['jail-ops'] }
    expect((await logIn('mallory')).result).toMatchObject({
      ok: true,
      value: { actor: { userName: 'grace', role: 'viewer' } },
    })
    expect(
      await new TestBrowser(service).call('oidc.begin', { origin, purpose: 'invite', token: invited.token }),
    ).toMatchObject({ ok: false, error: { code: 'not_found' } })
    // A reset leaves it, as it leaves second factors, unless it is asked to end them.
    provider.accounts.mallory = { subject: 's-mallory', preferred_username: 'mallory', groups: [] }
    await service.must('user.reset', { id: invited.user.id }, { as: 'admin' })
    expect((await logIn('mallory')).result.ok).toBe(true)
    await service.must('user.reset', { id: invited.user.id, endSecondFactors: true }, { as: 'admin' })
    expect((await logIn('mallory')).result).toEqual(refusal('not let in here'))
  })

  test('a user links an account and unlinks it; one account is one user', async () => {
    const browser = new TestBrowser(service)
    await browser.must('session.login', { userName: 'operator', password: TEST_PASSWORD })
    const answer = await comeBackToLink(browser, 'mallory')
    expect(await browser.must('oidc.link', { answer })).toMatchObject({
      ...{ link: { account: 'mallory', byGroup: false }, next: '/account' },
    })
    expect((await logIn('mallory')).result).toMatchObject({ ok: true, value: { actor: { userName: 'operator' } } })

    const other = new TestBrowser(service)
    await other.must('session.login', { userName: 'viewer', password: TEST_PASSWORD })
    expect(await other.call('oidc.link', { answer: await comeBackToLink(other, 'mallory') })).toEqual(
      refusal('lets in a user here already', 'conflict'),
    )
    await browser.must('oidc.unlink', {})
    expect((await logIn('mallory')).result).toEqual(refusal('not let in here'))
    const verbs = (await service.must('audit.list', { actor: 'operator' }, { as: 'admin' })).rows.map(
      ({ verb }) => verb,
    )
    expect(verbs).toEqual(expect.arrayContaining(['oidc.link', 'oidc.unlink', 'session.loginByOidc']))
  })

  test('who comes in by a group has no way in that outlasts it', async () => {
    const { browser } = await logIn('ada')
    for (const refused of [
      await browser.call('account.changePassword', { current: '', next: 'a password of my own' }),
      await browser.call('passkey.begin', {}),
      await browser.call('token.create', { name: 'x', role: 'viewer', jails: null, unattended: false, days: null }),
      await service.call(
        'user.setPassword',
        { id: (await userNamed('ada'))?.id ?? '', password: 'a password of theirs' },
        { as: 'admin' },
      ),
      await service.call('user.setRole', { id: (await userNamed('ada'))?.id ?? '', role: 'admin' }, { as: 'admin' }),
    ])
      expect(refused).toEqual(refusal('comes in by a group at Example only', 'conflict'))
    expect(await browser.call('oidc.unlink', {})).toEqual(refusal('only way in', 'conflict'))
  })

  test('an authenticator app of this panel is asked for, too', async () => {
    const { browser } = await logIn('ada')
    const { secret } = await browser.must('totp.begin', {})
    await browser.must('totp.enable', { code: await codeOf(secret, -1) })
    const again = new TestBrowser(service)
    const answer = await comeBack(again, 'ada')
    expect(await again.call('session.loginByOidc', { answer })).toMatchObject({
      ok: false,
      error: { code: 'reauthenticate', fields: [{ path: 'code' }] },
    })
    expect(await again.call('session.loginByOidc', { answer, code: '000000' })).toEqual(
      refusal('This code is not right', 'unauthenticated'),
    )
    expect(again.cookies.has(SESSION_COOKIE)).toBe(false)
    expect(await again.must('session.loginByOidc', { answer, code: await codeOf(secret) })).toMatchObject({
      actor: { userName: 'ada' },
    })
    expect(await again.call('session.loginByOidc', { answer, code: await codeOf(secret, 1) })).toEqual(
      refusal('was not begun here'),
    )
    await again.must('totp.disable', {})
  })
})

describe('an answer that is not to be trusted', () => {
  /** What a login comes to when the provider's ID token is changed like this. */
  async function withToken(tamper: TestProvider['tamper']) {
    provider.tamper = tamper
    return (await logIn('ada')).result
  }
  const changed = (claims: Record<string, unknown>) => (token: string) =>
    provider.sign(token, (own) => ({ ...own, ...claims }))

  test('the provider as it is lets in, also with a token that was signed anew', async () => {
    expect(await withToken(changed({}))).toMatchObject({ ok: true })
  })

  test.each([
    ['another nonce', { nonce: 'of another login' }, 'belongs to another login'],
    ['no nonce', { nonce: undefined }, 'belongs to another login'],
    ['another issuer', { iss: 'https://evil.example' }, 'is from another issuer'],
    ['another audience', { aud: 'another-program' }, 'is for another program'],
    ['an audience more, without who it is for', { aud: ['cellblock', 'another-program'] }, 'is for another program'],
    ['an end that is over', { exp: Math.floor(Date.now() / 1_000) - 3_600 }, 'has expired'],
    ['no end', { exp: undefined }, 'is not as it must be'],
    ['nobody', { sub: undefined }, 'is not as it must be'],
  ])('a token with %s', async (_, claims, message) => {
    expect(await withToken(changed(claims))).toEqual(refusal(message))
  })

  test('a token that somebody else signed', async () => {
    expect(await withToken((token) => provider.sign(token, (own) => own, 'strange key'))).toEqual(
      refusal('its signature is not right'),
    )
  })

  test('a token without a signature (alg none)', async () => {
    expect(await withToken((token) => provider.unsigned(token))).toEqual(refusal('its signature is not right'))
  })

  test('a token of an earlier login', async () => {
    let first = ''
    expect(await withToken((token) => (first = token))).toMatchObject({ ok: true })
    expect(await withToken(() => first)).toEqual(refusal('belongs to another login'))
  })

  test('an answer that was used', async () => {
    const browser = new TestBrowser(service)
    const answer = await comeBack(browser, 'ada')
    const key = browser.cookies.get(OIDC_COOKIE) ?? ''
    expect(await browser.call('session.loginByOidc', { answer })).toMatchObject({ ok: true })
    browser.cookies.set(OIDC_COOKIE, key)
    expect(await browser.call('session.loginByOidc', { answer })).toEqual(refusal('was used already'))
  })

  test('an answer without a state, with a made-up one, and with two', async () => {
    const browser = new TestBrowser(service)
    const answer = await comeBack(browser, 'ada')
    for (const wrong of [
      answer.replace(/state=[^&]*/, ''),
      answer.replace(/state=[^&]*/, 'state=login.made-up'),
      '',
      'code=x',
    ])
      expect(await browser.call('session.loginByOidc', { answer: wrong })).toEqual(refusal('was not begun here'))
    expect(await browser.call('session.loginByOidc', { answer: `${answer}&state=login.other` })).toEqual(
      refusal('is not to be trusted'),
    )
  })

  test('an answer of another issuer’s (RFC 9207)', async () => {
    const browser = new TestBrowser(service)
    const answer = (await comeBack(browser, 'ada')).replace(/iss=[^&]*/, 'iss=https%3A%2F%2Fevil.example')
    expect(await browser.call('session.loginByOidc', { answer })).toEqual(refusal('is from another issuer'))
  })

  test('an answer that another browser brings, and one that brings no key', async () => {
    const [victim, attacker] = [new TestBrowser(service), new TestBrowser(service)]
    const answer = await comeBack(attacker, 'ada')
    expect(await victim.call('session.loginByOidc', { answer })).toEqual(refusal('begun in another browser'))
    await comeBack(victim, 'ada')
    expect(await victim.call('session.loginByOidc', { answer })).toEqual(refusal('begun in another browser'))
    // It was not used up by them.
    expect(await attacker.call('session.loginByOidc', { answer })).toMatchObject({ ok: true })
  })

  test('a code without the verifier of this login (PKCE)', async () => {
    const browser = new TestBrowser(service)
    const [first, second] = [await comeBack(browser, 'ada'), await comeBack(browser, 'ada')]
    const code = /code=[^&]*/.exec(first)?.[0] ?? ''
    expect(await browser.call('session.loginByOidc', { answer: second.replace(/code=[^&]*/, code) })).toEqual(
      refusal('does not know this answer'),
    )
  })

  test('a no of the provider', async () => {
    const browser = new TestBrowser(service)
    const answer = await comeBack(browser, 'nobody there')
    expect(answer).toContain('error=access_denied')
    expect(await browser.call('session.loginByOidc', { answer })).toEqual(refusal('Example did not let you in'))
  })

  test('a browser is sent nowhere else: neither back to another origin nor on to another site', async () => {
    const browser = new TestBrowser(service)
    expect(await browser.call('oidc.begin', { origin: 'https://evil.example', purpose: 'login' })).toEqual(
      refusal('not reached at this address', 'invalid_input'),
    )
    for (const next of ['https://evil.example/', '//evil.example', '/\\evil.example'])
      expect(await browser.call('oidc.begin', { origin, purpose: 'login', next })).toMatchObject({
        ok: false,
        error: { code: 'invalid_input' },
      })
  })
})

describe('proving once more who one is', () => {
  async function aged() {
    const { browser } = await logIn('ada')
    const db = new Database(path.join(service.state, 'service.db'))
    db.prepare('UPDATE session_proof SET at = ?').run(new Date(Date.now() - 301_000).toISOString())
    db.close()
    expect(await browser.call('totp.begin', {})).toMatchObject({ ok: false, error: { code: 'reauthenticate' } })
    return browser
  }

  test('asks at the provider, and the change goes on', async () => {
    const browser = await aged()
    expect(await browser.must('account.factors', {})).toMatchObject({
      oidc: { provider: 'Example', confirms: true, link: { account: 'Ada', byGroup: true } },
    })
    const { url } = await browser.must('oidc.begin', { origin, purpose: 'confirm' })
    expect(new URL(url).searchParams.get('prompt')).toBe('login')
    expect(new URL(url).searchParams.get('max_age')).toBe('0')
    const answer = await provider.logIn(url, 'ada')
    await browser.must('session.confirmByOidc', { answer })
    expect(await browser.call('totp.begin', {})).toMatchObject({ ok: true })
    expect(await browser.call('session.confirmByOidc', { answer })).toEqual(refusal('was used already'))
  })

  test('a login of before is no proof, whatever the browser has changed in the address', async () => {
    const cookies = new Map<string, string>()
    const early = new TestBrowser(service)
    await comeBack(early, 'ada', {}, cookies)
    const browser = await aged()
    provider.tamper = (token) =>
      provider.sign(token, (own) => ({ ...own, auth_time: Math.floor(Date.now() / 1_000) - 600 }))
    const { url } = await browser.must('oidc.begin', { origin, purpose: 'confirm' })
    const lax = new URL(url)
    lax.searchParams.delete('prompt')
    lax.searchParams.delete('max_age')
    const answer = await provider.logIn(lax.href, 'ada', cookies)
    expect(await browser.call('session.confirmByOidc', { answer })).toEqual(
      refusal('did not ask you once more who you are'),
    )
    expect(await browser.call('totp.begin', {})).toMatchObject({ ok: false, error: { code: 'reauthenticate' } })
  })

  test('a provider that does not say when it asked', async () => {
    const browser = await aged()
    provider.tamper = (token) => provider.sign(token, (own) => ({ ...own, auth_time: undefined }))
    const answer = await comeBack(browser, 'ada', { purpose: 'confirm' })
    expect(await browser.call('session.confirmByOidc', { answer })).toEqual(refusal('did not ask you once more'))
  })

  test('another account is not the same person', async () => {
    const browser = await aged()
    const answer = await comeBack(browser, 'mallory', { purpose: 'confirm' })
    expect(await browser.call('session.confirmByOidc', { answer })).toEqual(refusal('mallory is not the one'))
    expect(await browser.call('totp.begin', {})).toMatchObject({ ok: false, error: { code: 'reauthenticate' } })
  })
})

describe('the provider as others see it', () => {
  test('is asked at its own addresses only, and no answer of it is believed without end', async () => {
    await using other = await startTestProvider({ origin, settings: { roles: { 'jail-ops': 'operator' } } })
    other.accounts.ada = { preferred_username: 'ada', groups: ['jail-ops'] }
    await using alone = await startTestService({ args: ['--oidc', other.file, '--origin', origin] })
    await alone.addRoles()
    const begin = () => new TestBrowser(alone).call('oidc.begin', { origin, purpose: 'login' })
    const away = refusal('Example does not answer', 'unavailable')
    const document = `${other.issuer}/.well-known/openid-configuration`
    const good = (await (await fetch(document)).json()) as Record<string, string>
    const answerWith = (body: string, headers: Record<string, string> = {}, status = 200) => {
      other.intercept = (_, response) => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
        return true
      }
    }
    // Led elsewhere, where all would be right; too large; no JSON; another's; no TLS; no address.
    provider.intercept = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(good))
      return true
    }
    provider.asked.length = 0
    answerWith('', { location: `${provider.issuer}/.well-known/openid-configuration` }, 302)
    expect(await begin()).toEqual(away)
    expect(provider.asked).toEqual([])
    answerWith(JSON.stringify({ ...good, padding: 'x'.repeat(300_000) }))
    expect(await begin()).toEqual(away)
    answerWith('<html>')
    expect(await begin()).toEqual(away)
    answerWith(JSON.stringify({ ...good, issuer: 'https://evil.example' }))
    expect(await begin()).toEqual(away)
    answerWith(JSON.stringify({ ...good, authorization_endpoint: 'javascript:alert(1)' }))
    expect(await begin()).toEqual(away)
    answerWith(JSON.stringify({ ...good, token_endpoint: undefined }))
    expect(await begin()).toEqual(away)

    // An address in its own words without TLS that is not this machine's by name: not asked, though it would answer.
    answerWith(JSON.stringify({ ...good, token_endpoint: String(good.token_endpoint).replace('127.0.0.1', '0.0.0.0') }))
    expect(await begin()).toMatchObject({ ok: true })
    const browser = new TestBrowser(alone)
    const { url } = await browser.must('oidc.begin', { origin, purpose: 'login' })
    other.intercept = undefined
    const answer = await other.logIn(url, 'ada')
    other.asked.length = 0
    expect(await browser.call('session.loginByOidc', { answer })).toEqual(away)
    expect(other.asked).toEqual([])

    // Down: said plainly, and other logins go on.
    await other.stop()
    expect(await browser.call('oidc.begin', { origin, purpose: 'login' })).toMatchObject({ ok: true })
    await alone.stop()
    await alone.startAgain()
    expect(await begin()).toMatchObject({
      ok: false,
      error: { code: 'unavailable', hint: 'Log in another way, or try again later.' },
    })
    expect(await alone.login('admin')).toMatchObject({ ok: true })
    expect(await new TestBrowser(alone).must('oidc.status', {})).toEqual({ provider: 'Example' })
  })

  test('its code is sent behind the # of our address, where it says that it can', async () => {
    expect((await logIn('ada')).result.ok).toBe(true)
    expect(provider.lastReturn).toMatchObject({ search: '', hash: expect.stringMatching(/^#.*\bcode=/) })
  })

  test('tells groups by request only: they are asked for; and knows the query only', async () => {
    await using other = await startTestProvider({
      ...{ origin, claimsByRequest: true, responseModes: ['query'], settings: { roles: { 'jail-ops': 'operator' } } },
    })
    other.accounts.ada = { preferred_username: 'ada', groups: ['jail-ops'] }
    await using alone = await startTestService({ args: ['--oidc', other.file, '--origin', origin] })
    await alone.addRoles()
    const browser = new TestBrowser(alone)
    const { url } = await browser.must('oidc.begin', { origin, purpose: 'login' })
    const answer = await other.logIn(url, 'ada')
    expect(await browser.must('session.loginByOidc', { answer })).toMatchObject({ actor: { role: 'operator' } })
    expect(other.asked).toContain('/me')
    expect(other.lastReturn?.hash).toBe('')
  })

  test('without one there is none', async () => {
    await using alone = await startTestService()
    const browser = new TestBrowser(alone)
    expect(await browser.must('oidc.status', {})).toEqual({ provider: null })
    expect(await browser.call('oidc.begin', { origin, purpose: 'login' })).toEqual(
      refusal('There is no OpenID Connect provider here', 'not_found'),
    )
  })

  test('its secret is in no answer, log or state; cookies are as strict as the session’s', async () => {
    const browser = new TestBrowser(service)
    await browser.must('oidc.begin', { origin, purpose: 'login' })
    const { headers } = await service.request(
      'POST',
      '/call/oidc.begin',
      JSON.stringify({ input: { origin, purpose: 'login' } }),
    )
    expect(headers['set-cookie']?.[0]).toMatch(
      /^__Host-cellblock-oidc=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=600$/,
    )
    expect(service.log).not.toContain(CLIENT_SECRET)
    expect(service.log).not.toMatch(/eyJ[\w-]+\.eyJ/)
    const { text } = await service.must('audit.export', { format: 'csv' }, { as: 'admin' })
    expect(text).not.toContain(CLIENT_SECRET)
    expect(text).not.toMatch(/code=|eyJ/)
    const files = readdirSync(service.state, { recursive: true, encoding: 'utf8' })
      .map((name) => path.join(service.state, name))
      .filter((file) => statSync(file).isFile())
    expect(files.map((file) => path.basename(file))).toContain('service.db')
    for (const file of files) expect(readFileSync(file, 'latin1'), file).not.toContain(CLIENT_SECRET)
  })
})

describe('a file that names it wrongly keeps the service from starting', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cb-oidc-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const good = { name: 'Example', issuer: 'https://id.example.org', clientId: 'cellblock', clientSecretFile: 'secret' }
  async function start(settings: unknown, { fileMode = 0o600, secretMode = 0o600, secret = 'hidden' } = {}) {
    writeFileSync(path.join(folder, 'secret'), secret)
    chmodSync(path.join(folder, 'secret'), secretMode)
    const file = path.join(folder, 'oidc.json')
    writeFileSync(file, typeof settings === 'string' ? settings : JSON.stringify(settings))
    chmodSync(file, fileMode)
    return runService([
      '--socket',
      path.join(folder, 's'),
      '--state',
      path.join(folder, 'state'),
      '--oidc',
      file,
      '--origin',
      origin,
    ])
  }

  test.each([
    ['no JSON', '{', {}, 'is no JSON'],
    ['plain http', { ...good, issuer: 'http://id.example.org' }, {}, 'must be an https address'],
    ['a query', { ...good, issuer: 'https://id.example.org/?a=b' }, {}, 'without query'],
    ['no client', { ...good, clientId: undefined }, {}, 'clientId'],
    ['a word that is none', { ...good, clientSecret: 'here' }, {}, 'Unrecognized key'],
    ['a role that is none', { ...good, roles: { x: 'root' } }, {}, 'roles.x'],
    ['a secret that others may read', good, { secretMode: 0o644 }, 'others than its owner may read it'],
    ['an empty secret', good, { secret: '\n' }, 'is empty'],
    ['a file that others may write', good, { fileMode: 0o666 }, 'others may write it'],
    ['a secret that is not there', { ...good, clientSecretFile: 'elsewhere' }, {}, 'cannot be read'],
  ])('%s', async (_, settings, modes, message) => {
    const { exitCode, output } = await start(settings, modes)
    expect(output).toContain(message)
    expect(output).not.toContain('hidden')
    expect(exitCode).toBe(78)
  })

  test('without an origin', async () => {
    const { exitCode, output } = await runService(['--socket', 's', '--state', folder, '--oidc', 'x'])
    expect(output).toContain('--oidc needs --origin')
    expect(exitCode).toBe(78)
  })
})
