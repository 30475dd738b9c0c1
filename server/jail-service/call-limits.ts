import { PanelError } from '@/lib/errors.ts'

/** Calls at once and, when those are used up, in a minute. Reads are what pages do by themselves; a bulk change is one call. */
const LIMITS = {
  read: { burst: 6_000, perMinute: 3_000 },
  change: { burst: 600, perMinute: 120 },
  /** Of visitors without a session, by address. */
  anyone: { burst: 240, perMinute: 120 },
}
export type CallKind = keyof typeof LIMITS

/** Callers that are remembered; beyond it those that called longest ago begin anew. */
const REMEMBERED_MAX = 10_000

interface Bucket {
  left: number
  at: number
}

/** Keeps one caller from using up what all share: a bucket of calls each, refilled evenly. In memory, on a monotonic clock. */
export class CallLimits {
  readonly #buckets = new Map<string, Bucket>()
  readonly #now: () => number

  /** `now` is a monotonic clock in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Counts a call; throws `rate_limited` when the caller has none left. */
  count(kind: CallKind, caller: string): void {
    const { burst, perMinute } = LIMITS[kind]
    const key = `${kind} ${caller}`
    const now = this.#now()
    const { left, at } = this.#buckets.get(key) ?? { left: burst, at: now }
    const refilled = Math.min(burst, left + ((now - at) / 60_000) * perMinute)
    // Taken out and put in again, so that the first of the map is the one that called longest ago.
    this.#buckets.delete(key)
    this.#buckets.set(key, { left: Math.max(0, refilled - 1), at: now })
    if (this.#buckets.size > REMEMBERED_MAX)
      for (const oldest of this.#buckets.keys()) {
        this.#buckets.delete(oldest)
        break
      }
    if (refilled >= 1) return
    const retryAfterS = Math.ceil(((1 - refilled) / perMinute) * 60)
    throw new PanelError('rate_limited', 'These are too many calls at once.', {
      hint: `Try again in ${retryAfterS} ${retryAfterS === 1 ? 'second' : 'seconds'}.`,
      retryAfterS,
    })
  }
}
