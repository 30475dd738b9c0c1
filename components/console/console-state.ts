import type { ViewerInfo, ViewMode } from '@/lib/console-protocol.ts'

/** Where a page's connection to its console stands. */
export type ConsoleState =
  | { phase: 'connecting' }
  | { phase: 'open' }
  /** Comes back by itself. `blocked`: the WebSocket never opened though the panel answers. */
  | { phase: 'lost'; retryAt: number; blocked: boolean }
  /** The service let go of this page; the shell lives on. */
  | { phase: 'idle'; message: string }
  /** The recording policy wants a reason before there is a console. */
  | { phase: 'asks'; message: string }
  | { phase: 'refused'; message: string; hint: string | undefined }
  | { phase: 'exited'; exitCode: number | null; reason: string; at: string }

/** What is known about the console that is shown. */
export interface ConsoleFacts {
  consoleId: string
  argv: readonly string[]
  startedAt: string
  cols: number
  rows: number
  /** What this page may do, */
  mode: ViewMode
  /** … and whose console it is. */
  owner: string
  /** Who looks, one entry a page. */
  viewers: readonly ViewerInfo[]
  /** No WebSocket gets through: keys and output go by plain requests. */
  slow: boolean
  /** undefined: it is not recorded. */
  recording: { state: 'on' | 'off' | 'stopped'; message: string } | undefined
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
    case 'asks':
      return 'not open yet'
    case 'refused':
      return 'not connected'
    case 'exited':
      return state.exitCode === null ? 'ended' : `exited (${state.exitCode})`
  }
}

/** Who is here, each once, with what is special about them: `mk (2), jo watches`. */
export function viewerWords(viewers: readonly ViewerInfo[]): string {
  const byUser = new Map<string, ViewerInfo[]>()
  for (const viewer of viewers) byUser.set(viewer.user, [...(byUser.get(viewer.user) ?? []), viewer])
  return [...byUser]
    .map(([user, pages]) => {
      const words = pages.length === 1 ? user : `${user} (${pages.length})`
      return pages.every(({ mode }) => mode === 'watch') ? `${words} watches` : words
    })
    .join(', ')
}

/** The console's command as people type it: the program without its folder. */
export function commandWords([program = '', ...args]: readonly string[]): string[] {
  return [program.slice(program.lastIndexOf('/') + 1), ...args]
}
