/** Where a page's connection to its console stands. */
export type ConsoleState =
  | { phase: 'connecting' }
  | { phase: 'open' }
  /** Comes back by itself. `blocked`: the WebSocket never opened though the panel answers. */
  | { phase: 'lost'; retryAt: number; blocked: boolean }
  /** The service let go of this page; the shell lives on. */
  | { phase: 'idle'; message: string }
  | { phase: 'refused'; message: string; hint: string | undefined }
  | { phase: 'exited'; exitCode: number | null; reason: string; at: string }

/** What is known about the console that is shown. */
export interface ConsoleFacts {
  consoleId: string
  argv: readonly string[]
  startedAt: string
  cols: number
  rows: number
  /** Who looks, one entry a page. */
  users: readonly string[]
}

/** The state in a few words, for the bar. */
export function stateWords(state: ConsoleState): string {
  switch (state.phase) {
    case 'connecting':
      return 'connecting…'
    case 'open':
      return 'connected'
    case 'lost':
      return 'reconnecting…'
    case 'idle':
      return 'paused'
    case 'refused':
      return 'not connected'
    case 'exited':
      return state.exitCode === null ? 'ended' : `exited (${state.exitCode})`
  }
}

/** Who is here, each once, with the number of their pages: `mk (2), jo`. */
export function viewerWords(users: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const user of users) counts.set(user, (counts.get(user) ?? 0) + 1)
  return [...counts].map(([user, count]) => (count === 1 ? user : `${user} (${count})`)).join(', ')
}

/** The console's command as people type it: the program without its folder. */
export function commandWords([program = '', ...args]: readonly string[]): string[] {
  return [program.slice(program.lastIndexOf('/') + 1), ...args]
}
