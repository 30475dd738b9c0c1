import type { Actor } from '@/lib/account.ts'
import type { ServerMessage, ViewMode } from '@/lib/console-protocol.ts'

/** A connection to one page, whatever carries it. */
export interface ViewerLink {
  send(bytes: Buffer): void
  tell(message: ServerMessage): void
  /** Ends the connection after what was sent; no more calls of the viewer's methods follow. */
  close(code: number, reason: string): void
}

/** One page that looks at a console: where it stands in the output, and what it can show. */
export interface Viewer {
  /** Made by the page, the same at every reconnect. */
  readonly id: string
  readonly actor: Actor
  readonly sessionId: string
  /** Whether its keys count. */
  readonly mode: ViewMode
  readonly link: ViewerLink
  cols: number
  rows: number
  /** Output before this offset was sent, */
  sent: number
  /** … and before this one is rendered. */
  acked: number
  /** How far it is sent ahead of what it rendered, in bytes. */
  window: number
  /** When its pace was measured last, and what it had rendered then. */
  paceAt: number
  paceFrom: number
  /** Number of the size mark that it was told last. */
  mark: number
  lastAckAt: number
  /** It rendered nothing for long: the console does not wait for it until it does again. */
  stalled: boolean
  /** The console's end was told. */
  told: boolean
  lastInputAt: number
  inputTimer: NodeJS.Timeout | undefined
}
