import { PanelError } from '@/lib/errors.ts'

/** Wrong passwords that are forgiven within the window: for one account, and from one address (security.md, section 3). */
const PER_ACCOUNT = 5
const PER_ADDRESS = 20
const WINDOW_MS = 15 * 60_000
/** First wait beyond that; it doubles with each further failure, and never locks for good. */
const FIRST_DELAY_MS = 30_000
const LONGEST_DELAY_MS = 15 * 60_000
/** Names and addresses that are remembered; beyond it the oldest are forgotten. */
const REMEMBERED_MAX = 10_000

interface Failures {
  count: number
  lastAt: number
}

/** Slows down guessing. Counts in memory, on a monotonic clock. */
export class LoginLimits {
  readonly #failures = new Map<string, Failures>()
  readonly #now: () => number

  /** `now` is a monotonic clock in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Throws `rate_limited` while the account or the address has to wait; says nothing about whether either exists. */
  check(account: string, address: string): void {
    const waitMs = Math.max(this.#wait(accountKey(account), PER_ACCOUNT), this.#wait(addressKey(address), PER_ADDRESS))
    if (waitMs <= 0) return
    const retryAfterS = Math.ceil(waitMs / 1_000)
    throw new PanelError('rate_limited', 'There were too many attempts to log in.', {
      hint: `Try again in ${retryAfterS < 90 ? `${retryAfterS} seconds` : `${Math.ceil(retryAfterS / 60)} minutes`}.`,
      retryAfterS,
    })
  }

  /** Counts an attempt as failed; called before the password is looked at, so that guesses in parallel count, too. */
  attempt(account: string, address: string): void {
    for (const key of [accountKey(account), addressKey(address)]) {
      const { count } = this.#current(key)
      this.#failures.delete(key)
      this.#failures.set(key, { count: count + 1, lastAt: this.#now() })
    }
    for (const key of this.#failures.keys()) {
      if (this.#failures.size <= REMEMBERED_MAX) break
      this.#failures.delete(key)
    }
  }

  /** The attempt was a good one: the account begins anew, the address has one failure less. */
  succeeded(account: string, address: string): void {
    this.#failures.delete(accountKey(account))
    const key = addressKey(address)
    const failures = this.#failures.get(key)
    if (failures !== undefined) this.#failures.set(key, { ...failures, count: Math.max(0, failures.count - 1) })
  }

  /** The attempt was right as far as it went: it is not counted, and nothing before it is forgiven. */
  withdraw(account: string, address: string): void {
    for (const key of [accountKey(account), addressKey(address)]) {
      const failures = this.#failures.get(key)
      if (failures !== undefined) this.#failures.set(key, { ...failures, count: Math.max(0, failures.count - 1) })
    }
  }

  #current(key: string): Failures {
    const failures = this.#failures.get(key)
    const isOld = failures === undefined || this.#now() - failures.lastAt > WINDOW_MS
    return isOld ? { count: 0, lastAt: this.#now() } : failures
  }

  #wait(key: string, forgiven: number): number {
    const { count, lastAt } = this.#current(key)
    if (count < forgiven) return 0
    return lastAt + Math.min(FIRST_DELAY_MS * 2 ** (count - forgiven), LONGEST_DELAY_MS) - this.#now()
  }
}

const accountKey = (name: string) => `account ${name.toLowerCase()}`
const addressKey = (address: string) => `address ${address}`
