/** Resolves after so many milliseconds: benchmarks measure time, tests never wait for it. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Resolves when something is true, looked at each 20 ms; rejects after `timeoutMs` with what was waited for. */
export async function until(isTrue: () => boolean | Promise<boolean>, what: string, timeoutMs = 30_000): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs / 1_000} s: ${what}`)
    await pause(20)
  }
}
