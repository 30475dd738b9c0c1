import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { randomNonce, randomPKCECodeVerifier, randomState } from 'openid-client'
import type { OidcPerson, OidcRequest } from './oidc-client.ts'

export type OidcPurpose = 'login' | 'invite' | 'confirm' | 'link'

/** How long a person may take to log in at the provider, in milliseconds. */
const LIFETIME_MS = 10 * 60_000
/** Requests that are remembered; beyond it the oldest are forgotten. */
const REMEMBERED_MAX = 10_000

/** A login at the provider that was begun here. */
export interface PendingRequest extends OidcRequest {
  purpose: OidcPurpose
  next: string
  /** Of the link that invites a user. */
  token: string | undefined
  /** Set once the provider's answer was found good, while a code is asked for. */
  person?: OidcPerson
}

interface Kept extends PendingRequest {
  browser: Buffer
  until: number
}

/** Why an answer belongs to nothing that was begun here, as one word. */
export type NotOurs = 'unknown' | 'otherBrowser'

/** Logins at the provider that were begun: each is of one browser, for one purpose, and good once. In memory, on a monotonic clock. */
export class OidcRequests {
  readonly #kept = new Map<string, Kept>()
  readonly #now: () => number

  /** `now` is a monotonic clock in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** A new request, and the secret that its browser keeps in a cookie; `known`: the one that it keeps, of another page. */
  begin(
    asked: Pick<PendingRequest, 'purpose' | 'next' | 'token' | 'redirectUri' | 'fresh'>,
    known?: string,
  ): { request: PendingRequest; browserKey: string } {
    const browserKey = /^[\w-]{43}$/.test(known ?? '') ? String(known) : randomBytes(32).toString('base64url')
    const request: PendingRequest = {
      ...asked,
      // The page that the provider sends back to reads the purpose; what counts is what is kept here.
      ...{ state: `${asked.purpose}.${randomState()}`, nonce: randomNonce(), verifier: randomPKCECodeVerifier() },
      begunAtS: Date.now() / 1_000,
    }
    this.#keep(request, digest(browserKey))
    return { request, browserKey }
  }

  /** Takes the request that an answer belongs to out of use; `again` keeps it for one more try with a code. */
  take(
    state: string,
    purpose: OidcPurpose,
    browserKey: string | undefined,
  ): { request: PendingRequest; again: (person: OidcPerson) => void } | NotOurs {
    const found = this.#kept.get(state)
    if (found === undefined || found.purpose !== purpose || found.until <= this.#now()) return 'unknown'
    if (browserKey === undefined || !timingSafeEqual(digest(browserKey), found.browser)) return 'otherBrowser'
    this.#kept.delete(state)
    return { request: found, again: (person) => this.#keep({ ...found, person }, found.browser) }
  }

  #keep(request: PendingRequest, browser: Buffer): void {
    this.#kept.set(request.state, { ...request, browser, until: this.#now() + LIFETIME_MS })
    for (const [oldest, { until }] of this.#kept) {
      if (this.#kept.size <= REMEMBERED_MAX && until > this.#now()) break
      this.#kept.delete(oldest)
    }
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
