import type { Result } from '@/lib/result.ts'

type Settle = (confirmed: boolean) => void

let waiting: Settle[] = []
const listeners = new Set<() => void>()
const tell = () => {
  for (const listener of listeners) listener()
}

/** The question who one is, as the one dialog that asks it sees it (useSyncExternalStore). */
export const identityQuestion = {
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  isAsked: (): boolean => waiting.length > 0,
  /** Ends the question for everyone who waits for its answer. */
  answer: (confirmed: boolean): void => {
    const settles = waiting
    waiting = []
    tell()
    for (const settle of settles) settle(confirmed)
  },
}

/** Asks who one is; several changes at once ask once. False: the person thought better of it. */
function confirmIdentity(): Promise<boolean> {
  return new Promise((resolve) => {
    waiting = [...waiting, resolve]
    tell()
  })
}

/** Makes a change; where the service asks once more who one is, asks the person and makes it again. */
export async function withIdentity<T>(attempt: () => Promise<Result<T>>): Promise<Result<T>> {
  const first = await attempt()
  if (first.ok || first.error.code !== 'reauthenticate') return first
  return (await confirmIdentity()) ? attempt() : first
}
