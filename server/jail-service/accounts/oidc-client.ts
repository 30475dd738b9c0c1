import * as oidc from 'openid-client'
import { PanelError } from '@/lib/errors.ts'
import { visibleText } from '@/lib/visible-text.ts'
import type { OidcConfig } from './oidc-config.ts'
import { isSafeAddress } from './oidc-config.ts'
import { createOidcFetch, ProviderUnreachable } from './oidc-fetch.ts'

/** What the provider says of itself is read again after this, in milliseconds; its keys are the library's business. */
const DISCOVERY_MS = 60 * 60_000
const ACCOUNT_MAX = 100

/** What is kept of a login at the provider until its answer comes. */
export interface OidcRequest {
  redirectUri: string
  state: string
  nonce: string
  verifier: string
  /** Whether the provider must ask who it is, however lately it did; and since when, in seconds. */
  fresh: boolean
  begunAtS: number
}

/** Who the provider says it is. */
export interface OidcPerson {
  issuer: string
  subject: string
  /** What the provider calls the account, for people to read. */
  account: string
  /** The claim that is to be the user's name; undefined: there is none. */
  userName: string | undefined
  groups: readonly string[]
}

// Marked as deprecated to be noticed: used only where the issuer is this machine itself, which is for tests.
// oxlint-disable-next-line typescript/no-deprecated
const allowPlainHttp = oidc.allowInsecureRequests

/** A conversation with the OpenID Connect provider: code flow with PKCE, state and nonce (OpenID Connect Core 1.0, 3.1). */
export function createOidcClient(config: OidcConfig, now: () => number = Date.now) {
  const { name, clientId, clientSecret, scopes } = config
  const documentAt = `${config.issuer.href.replace(/\/$/, '')}/.well-known/openid-configuration`
  const addresses = new Set([documentAt])
  const ask = createOidcFetch((address) => addresses.has(address))
  let found: { configuration: Promise<oidc.Configuration>; until: number } | undefined

  async function discover(): Promise<oidc.Configuration> {
    const options = {
      [oidc.customFetch]: ask,
      ...(config.issuer.protocol === 'http:' ? { execute: [allowPlainHttp] } : {}),
    }
    const server = (await oidc.discovery(config.issuer, clientId, clientSecret, undefined, options)).serverMetadata()
    const {
      authorization_endpoint: browsersGoTo,
      token_endpoint: token,
      jwks_uri: keys,
      userinfo_endpoint: info,
    } = server
    if (
      browsersGoTo === undefined ||
      token === undefined ||
      keys === undefined ||
      !isSafeAddress(new URL(browsersGoTo))
    )
      throw new ProviderUnreachable('what the provider says of itself lacks an address, or has one without TLS')
    for (const address of [token, keys, info]) if (address !== undefined) addresses.add(new URL(address).href)
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    const authentication = methods.includes('client_secret_basic') ? oidc.ClientSecretBasic : oidc.ClientSecretPost
    const made = new oidc.Configuration(server, clientId, { client_secret: clientSecret }, authentication(clientSecret))
    made[oidc.customFetch] = ask
    if (config.issuer.protocol === 'http:') allowPlainHttp(made)
    // Without it the library takes TLS for proof enough of who made a token.
    oidc.enableNonRepudiationChecks(made)
    return made
  }

  /** What is known of the provider; one look at a time, and none is remembered that failed. */
  function configuration(): Promise<oidc.Configuration> {
    if (found !== undefined && found.until > now()) return found.configuration
    const looking = discover().catch((cause: unknown) => {
      throw new ProviderUnreachable('what the provider says of itself cannot be used', { cause })
    })
    found = { configuration: looking, until: now() + DISCOVERY_MS }
    looking.catch(() => (found = undefined))
    return looking
  }

  return {
    config,
    /** Where a browser goes with this request. Throws `unavailable`. */
    async addressFor({ redirectUri, state, nonce, verifier, fresh }: OidcRequest): Promise<string> {
      try {
        const known = await configuration()
        // Behind the # the code is sent to no server but by our own page; what a provider does not offer it may refuse.
        const byFragment = known.serverMetadata().response_modes_supported?.includes('fragment') === true
        return oidc.buildAuthorizationUrl(known, {
          ...{ redirect_uri: redirectUri, scope: scopes.join(' '), state, nonce },
          ...{ code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' },
          ...(byFragment ? { response_mode: 'fragment' } : {}),
          ...(fresh ? { prompt: 'login', max_age: '0' } : {}),
        }).href
      } catch (error) {
        throw refusalOf(error, name)
      }
    },
    /** Who came back with this answer to the request. Throws `forbidden`, or `unavailable`. */
    async whoAnswers(
      answer: string,
      { redirectUri, state, nonce, verifier, fresh, begunAtS }: OidcRequest,
    ): Promise<OidcPerson> {
      try {
        const known = await configuration()
        const url = new URL(redirectUri)
        url.search = answer
        const tokens = await oidc.authorizationCodeGrant(known, url, {
          ...{ expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier },
          // `auth_time` must be there, and no earlier than when we asked; the library allows clocks 30 seconds.
          ...(fresh ? { maxAge: Math.ceil(now() / 1_000 - begunAtS) } : {}),
        })
        const own = tokens.claims()
        if (own === undefined) throw new Error('an answer without an ID token passed')
        return personOf(new URL(own.iss).href, own.sub, await allClaims(known, tokens.access_token, own))
      } catch (error) {
        throw refusalOf(error, name)
      }
    },
  }

  /** The ID token's claims, and those that the provider tells by request only. */
  async function allClaims(
    known: oidc.Configuration,
    accessToken: string,
    own: oidc.IDToken,
  ): Promise<Record<string, unknown>> {
    const wanted = config.roles.size === 0 ? [config.userNameClaim] : [config.userNameClaim, config.groupsClaim]
    const complete = wanted.every((claim) => claimAt(own, claim) !== undefined)
    if (complete || known.serverMetadata().userinfo_endpoint === undefined) return own
    return { ...(await oidc.fetchUserInfo(known, accessToken, own.sub)), ...own }
  }

  function personOf(issuer: string, subject: string, claims: Record<string, unknown>): OidcPerson {
    const userName = claimAt(claims, config.userNameClaim)
    const groups = claimAt(claims, config.groupsClaim)
    const account = [userName, claims.preferred_username, claims.email, claims.name, subject].find(
      (value): value is string => typeof value === 'string' && value !== '',
    )
    return {
      ...{ issuer, subject, account: visibleText(account ?? subject).slice(0, ACCOUNT_MAX) },
      userName: typeof userName === 'string' ? userName : undefined,
      groups: [groups].flat().filter((group) => typeof group === 'string'),
    }
  }
}

export type OidcClient = ReturnType<typeof createOidcClient>

/** A claim by its name, which may have dots itself, or be a path into a claim (`realm_access.roles`). */
function claimAt(claims: object, name: string): unknown {
  if (Object.hasOwn(claims, name)) return (claims as Record<string, unknown>)[name]
  let at: unknown = claims
  for (const part of name.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined
    at = (at as Record<string, unknown>)[part]
  }
  return at
}

const ELSEWHERE = 'Log in another way, or try again later.'
const ANEW = 'Begin again from the login.'

/** What people are told when a login at the provider comes to nothing; the cause is for the log. */
function refusalOf(error: unknown, name: string): PanelError {
  const chain: unknown[] = []
  for (let at = error; at instanceof Object && chain.length < 8; at = (at as { cause?: unknown }).cause) chain.push(at)
  // The library's own causes hold tokens.
  const cause = new Error(wordsOf(chain))
  if (chain.some((at) => at instanceof ProviderUnreachable))
    return new PanelError('unavailable', `${name} does not answer.`, { cause, hint: ELSEWHERE })
  if (error instanceof oidc.AuthorizationResponseError)
    return new PanelError(
      'forbidden',
      error.error === 'access_denied'
        ? `${name} did not let you in.`
        : `${name} could not let you in (${codeOf(error.error)}).`,
      { hint: ANEW },
    )
  if (error instanceof oidc.ResponseBodyError)
    return error.error === 'invalid_grant'
      ? new PanelError('forbidden', `${name} does not know this answer: it was used, or is too old.`, { hint: ANEW })
      : new PanelError('unavailable', `${name} and this host are not set up for each other (${codeOf(error.error)}).`, {
          ...{ cause, hint: 'An admin can look at the client’s id, secret and addresses.' },
        })
  if (claimOf(chain) === 'auth_time')
    return new PanelError('forbidden', `${name} did not ask you once more who you are.`, {
      ...{ cause, hint: 'Log out here and in again, or set up an authenticator app.' },
    })
  return new PanelError('forbidden', `The answer of ${name} is not to be trusted: ${faultOf(chain)}.`, {
    ...{ cause, hint: ANEW },
  })
}

const codeOf = (text: string): string => (/^[a-z_]{1,60}$/.test(text) ? text : 'an error')

/** What the library says, outermost first. */
const wordsOf = (chain: readonly unknown[]): string =>
  chain.flatMap((at) => (at instanceof Error ? [at.message] : [])).join(': ')

/** The claim that was not as it must be: in the error's cause, or in its words where it is missing. */
const claimOf = (chain: readonly unknown[]): string | undefined =>
  chain.flatMap((at) => {
    const claim = (at as { claim?: unknown }).claim
    return typeof claim === 'string' ? [claim] : []
  })[0] ?? /"(nonce|auth_time)"/.exec(wordsOf(chain))?.[1]

const faults: Partial<Record<string, string>> = {
  nonce: 'it belongs to another login',
  iss: 'it is from another issuer',
  aud: 'it is for another program',
  azp: 'it is for another program',
  exp: 'it has expired',
  nbf: 'it is not valid yet',
}

function faultOf(chain: readonly unknown[]): string {
  const claim = claimOf(chain)
  const words = wordsOf(chain)
  if (/state/.test(words)) return 'it belongs to another login'
  if (/"iss"/.test(words)) return 'it is from another issuer'
  if (/signature|verification key|"alg"|JWS|unsupported/i.test(words)) return 'its signature is not right'
  return (claim === undefined ? undefined : faults[claim]) ?? 'it is not as it must be'
}
