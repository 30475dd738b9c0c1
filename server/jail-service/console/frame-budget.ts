/** A bucket that fills by `perSecond` tokens up to twice that: `take` says whether one more frame is in budget. */
export class FrameBudget {
  #tokens: number
  #at: number
  readonly #perSecond: number
  readonly #now: () => number

  constructor(perSecond: number, now: () => number = () => performance.now()) {
    this.#perSecond = perSecond
    this.#now = now
    this.#tokens = perSecond * 2
    this.#at = now()
  }

  take(): boolean {
    const now = this.#now()
    this.#tokens = Math.min(this.#perSecond * 2, this.#tokens + ((now - this.#at) / 1_000) * this.#perSecond)
    this.#at = now
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }

  /** The last frame that was taken costs nothing: it was asked for. */
  giveBack(): void {
    this.#tokens += 1
  }
}
