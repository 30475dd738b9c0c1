import type { ConsoleState } from '@/lib/console-connection.ts'
import type { ViewerInfo } from '@/lib/console-protocol.ts'

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
