/** How far the clock may go back between two looks and be no step, in milliseconds: it is slewed by far less. */
const TOLERANCE_MS = 1_000

/**
 * Tells when the machine's clock was set back, by the monotonic one beside it; `latestMs` is the latest time that is known
 * from before, in milliseconds since 1970. Steps ahead are none of its: what counts by time then ends early, not late.
 */
export function createStepWatch(
  latestMs: number,
  now: () => number = Date.now,
  monotonic: () => number = () => performance.now(),
) {
  let offset = Math.max(now(), latestMs) - monotonic()
  return {
    /** Calls `onBack` with how far the clock was set back since the last time, in milliseconds; again when it throws. */
    look(onBack: (ms: number) => void): void {
      const present = now() - monotonic()
      const back = offset - present
      if (back > TOLERANCE_MS) {
        onBack(back)
        offset = present
      } else offset = Math.max(offset, present)
    },
  }
}
