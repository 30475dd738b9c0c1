/** How long a person may take to find finger or key, in milliseconds. */
const LIFETIME_MS = 3 * 60_000
/** Challenges that are remembered; beyond it the oldest are forgotten. */
const REMEMBERED_MAX = 10_000

/** Challenges that were given out, each good once. In memory, on a monotonic clock. */
export class Challenges {
  readonly #given = new Map<string, { purpose: string; until: number }>()
  readonly #now: () => number

  /** `now` is a monotonic clock in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Remembers a challenge; `purpose`: who must answer it, empty for whoever comes. */
  add(challenge: string, purpose: string): void {
    this.#given.set(challenge, { purpose, until: this.#now() + LIFETIME_MS })
    for (const [oldest, { until }] of this.#given) {
      if (this.#given.size <= REMEMBERED_MAX && until > this.#now()) break
      this.#given.delete(oldest)
    }
  }

  /** Whether it was given for this purpose and not used yet; it is used from now on. */
  take(challenge: string, purpose: string): boolean {
    const found = this.#given.get(challenge)
    if (found === undefined || found.purpose !== purpose) return false
    this.#given.delete(challenge)
    return found.until > this.#now()
  }
}
