import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { Provider } from 'oidc-provider'

const CLIENT_ID = 'cellblock'
export const CLIENT_SECRET = 'canary-client-secret-of-the-provider'
const KEY_ID = 'first'

/** An account at the provider. */
export interface ProviderAccount {
  /** Its subject, which never changes; default: the name that one logs in with. */
  subject?: string
  preferred_username?: string
  groups?: string[]
}

type Claims = Record<string, unknown>

export interface TestProvider extends AsyncDisposable {
  readonly issuer: string
  /** By the name that one logs in with. */
  readonly accounts: Record<string, ProviderAccount>
  /** File for the service's --oidc. */
  readonly file: string
  /** Changes ID tokens before they are sent; undefined: sent as they are. */
  tamper: ((token: string) => Promise<string> | string) | undefined
  /** Answers requests in the provider's place where it says true. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined
  /** Paths that were asked for. */
  readonly asked: string[]
  /** The token with other claims, signed by the provider's own key or by a strange one of the same name. */
  sign(token: string, change: (claims: Claims) => Claims, by?: 'strange key'): Promise<string>
  /** The token without a signature. */
  unsigned(token: string): string
  /** The address that `logIn` was last sent back to. */
  lastReturn: URL | undefined
  /** Goes where a browser would, logs in, and answers what it is sent back with, as a query is written. */
  logIn(address: string, account: string, cookies?: Map<string, string>): Promise<string>
  /** Ends listening, as a provider that is down. */
  stop(): Promise<void>
}

export interface TestProviderOptions {
  /** How browsers reach the panel. */
  origin: string
  /** More of the service's file. */
  settings?: Record<string, unknown>
  /** Tells groups and names by request only, and not in the ID token. */
  claimsByRequest?: boolean
  /** Ways to send a browser back that it says it has; default: all. */
  responseModes?: string[]
}

/** The real provider of npm's oidc-provider, at a port of this machine. Its host is 127.0.0.1, the panel's localhost: another site. */
export async function startTestProvider({
  origin,
  settings = {},
  claimsByRequest = false,
  responseModes,
}: TestProviderOptions): Promise<TestProvider> {
  const own = await generateKeyPair('RS256', { extractable: true })
  const strange = await generateKeyPair('RS256', { extractable: true })
  const accounts: TestProvider['accounts'] = {}
  const asked: string[] = []
  const server = http.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const bySubject = (subject: string) =>
    Object.entries(accounts).find(([name, account]) => (account.subject ?? name) === subject)

  const provider: Provider = new Provider(issuer, {
    clients: [
      {
        ...{ client_id: CLIENT_ID, client_secret: CLIENT_SECRET },
        ...{ redirect_uris: [`${origin}/login/return`], grant_types: ['authorization_code'], response_types: ['code'] },
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(own.privateKey)), kid: KEY_ID, alg: 'RS256', use: 'sig' }] },
    cookies: { keys: ['of the test'] },
    scopes: ['openid', 'profile', 'groups'],
    claims: { openid: ['sub'], profile: ['preferred_username'], groups: ['groups'] },
    conformIdTokenClaims: claimsByRequest,
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_: unknown, subject: string) => ({
      accountId: subject,
      claims: () => ({ sub: subject, ...bySubject(subject)?.[1] }),
    }),
    loadExistingGrant: async ({ oidc }: { oidc: { client: { clientId: string }; session: { accountId: string } } }) => {
      const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId })
      grant.addOIDCScope('openid profile groups')
      await grant.save()
      return grant
    },
  })
  provider.use(async (context, next) => {
    await next()
    if (context.oidc?.route === 'discovery' && responseModes !== undefined)
      context.body = { ...context.body, response_modes_supported: responseModes }
    if (context.oidc?.route === 'token' && typeof context.body?.id_token === 'string' && test.tamper !== undefined)
      context.body.id_token = await test.tamper(context.body.id_token)
  })
  const serveProvider = provider.callback()

  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') {
      response.setHeader('content-type', 'text/html')
      response.end(
        `<!doctype html><title>Test provider</title><h1>Test provider</h1><form method="post">
        <label>Account <input name="account" autofocus></label><button>Log in</button><button name="no" value="1">Cancel</button></form>`,
      )
      return
    }
    const form = new URLSearchParams(await text(request))
    const name = form.get('account') ?? ''
    const account = accounts[name]
    const result =
      form.has('no') || account === undefined
        ? { error: 'access_denied', error_description: 'The person thought better of it.' }
        : { login: { accountId: account.subject ?? name } }
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
  }

  server.on('request', (request, response) => {
    const [at = ''] = (request.url ?? '').split('?')
    asked.push(at)
    if (test.intercept?.(request, response) === true) return
    if (!at.startsWith('/interaction/')) return serveProvider(request, response)
    interact(request, response).catch(() => response.destroy())
  })

  const folder = mkdtempSync(path.join(tmpdir(), 'cb-oidc-'))
  const file = path.join(folder, 'oidc.json')
  writeFileSync(path.join(folder, 'secret'), `${CLIENT_SECRET}\n`, { mode: 0o600 })
  const asFile = {
    ...{ name: 'Example', issuer, clientId: CLIENT_ID, clientSecretFile: 'secret' },
    ...{ scopes: ['openid', 'profile', 'groups'], ...settings },
  }
  writeFileSync(file, JSON.stringify(asFile), { mode: 0o600 })

  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  const test: TestProvider = {
    ...{ issuer, accounts, file, asked, stop, tamper: undefined, intercept: undefined, lastReturn: undefined },
    sign: (token, change, by) =>
      new SignJWT(change(decodeJwt(token)))
        .setProtectedHeader({ alg: 'RS256', kid: KEY_ID })
        .sign((by === undefined ? own : strange).privateKey),
    unsigned: (token) => {
      const header = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')
      return `${header}.${token.split('.')[1]}.`
    },
    async logIn(address, account, cookies = new Map<string, string>()) {
      let at = address
      let form: string | undefined
      for (let steps = 0; steps < 12; steps += 1) {
        const answer = await fetch(at, {
          ...{ method: form === undefined ? 'GET' : 'POST', redirect: 'manual' },
          headers: {
            cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
            ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
          },
          ...(form === undefined ? {} : { body: form }),
        })
        for (const line of answer.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
          if (value === '') cookies.delete(name)
          else cookies.set(name, value)
        }
        const to = answer.headers.get('location')
        await answer.arrayBuffer()
        form = undefined
        if (to === null) {
          if (!at.includes('/interaction/')) throw new Error(`the provider stopped at ${at}: ${answer.status}`)
          form = new URLSearchParams({ account }).toString()
          continue
        }
        at = new URL(to, at).href
        if (!at.startsWith(`${origin}/`)) continue
        test.lastReturn = new URL(at)
        return (test.lastReturn.hash || test.lastReturn.search).slice(1)
      }
      throw new Error('the provider never sent back')
    },
    async [Symbol.asyncDispose]() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return test
}
