/**
 * How long requests that were under way when a session got a new token may still show the old one, in milliseconds: the
 * browser sends the new one from the moment on that it has the answer.
 */
const GRACE_MS = 10_000

/** What a session was under a token that it had. */
export interface FormerToken {
  sessionId: string
  /** Whether it had shown a second factor then. */
  strong: boolean
}

/** Tokens that sessions had until just now, by their digests. In memory, on a monotonic clock. */
export class FormerTokens {
  readonly #kept = new Map<string, FormerToken & { until: number }>()
  readonly #now: () => number

  /** `now` is a monotonic clock in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  add(digest: string, former: FormerToken): void {
    for (const [old, { until }] of this.#kept) if (until <= this.#now()) this.#kept.delete(old)
    this.#kept.set(digest, { ...former, until: this.#now() + GRACE_MS })
  }

  /** What a session was under the token of these digests; undefined: it is none, or was given up for too long. */
  find(digests: readonly string[]): FormerToken | undefined {
    const found = digests.map((digest) => this.#kept.get(digest)).find((kept) => kept !== undefined)
    return found === undefined || found.until <= this.#now() ? undefined : found
  }
}
