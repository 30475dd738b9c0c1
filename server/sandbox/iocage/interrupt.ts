/** Raised where a command notices that it was asked to end. */
export class Interrupted extends Error {
  override name = 'Interrupted'
  readonly signal: 'SIGINT' | 'SIGTERM'

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`ended by ${signal}`)
    this.signal = signal
  }
}

/** Exit code after a signal: click answers 1 to Ctrl-C, anything else is the shell's own count. */
export const exitCodeAfter = (interrupted: Interrupted): number => (interrupted.signal === 'SIGINT' ? 1 : 143)

/**
 * Runs `work` so that Ctrl-C and SIGTERM do not end the process in the middle of a step: the signal is noted, `work`
 * meets it at its next `check()` (or through `signal`), and the caller cleans up.
 */
export async function interruptible<T>(work: (check: () => void, signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const onSignal = (name: 'SIGINT' | 'SIGTERM') => controller.abort(new Interrupted(name))
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  try {
    const result = await work(() => controller.signal.throwIfAborted(), controller.signal)
    return result
  } catch (error) {
    // A program that the same Ctrl-C ended fails on its own: what counts is the signal.
    if (controller.signal.aborted) throw controller.signal.reason
    throw error
  } finally {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}
