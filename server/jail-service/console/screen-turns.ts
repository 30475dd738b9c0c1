/** All screens together are worked on for so long in one turn of the event loop, in milliseconds; then keys have theirs. */
const TURN_MS = 4

/** Looks at what was written to a screen until the time is over (`performance.now`). True when something is left. */
type Work = (until: number) => boolean

/** Screens with something to look at, which take turns: a piece of each in the order in which they came. */
class ScreenTurns {
  readonly #waiting = new Set<Work>()
  #scheduled = false

  /** Has `work` called in a turn that follows, until nothing is left. */
  add(work: Work): void {
    this.#waiting.add(work)
    this.#schedule()
  }

  delete(work: Work): void {
    this.#waiting.delete(work)
  }

  #turn(): void {
    this.#scheduled = false
    const until = performance.now() + TURN_MS
    try {
      // What is left goes to the end, and comes again in the same walk when there is time.
      for (const work of this.#waiting) {
        this.#waiting.delete(work)
        if (work(until)) this.#waiting.add(work)
        if (performance.now() >= until) break
      }
    } finally {
      if (this.#waiting.size > 0) this.#schedule()
    }
  }

  #schedule(): void {
    if (!this.#scheduled) setImmediate(() => this.#turn())
    this.#scheduled = true
  }
}

/** The service's only one. */
export const screenTurns = new ScreenTurns()
