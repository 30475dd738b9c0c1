import type { Actor } from '@/lib/account.ts'
import type { ClientMessage as ClientMessageType, ServerMessage } from '@/lib/console-protocol.ts'
import {
  ACK_EVERY_BYTES,
  CLIENT_FRAMES_PER_S,
  ClientMessage,
  parseFrame,
  WS_DONE,
  WS_POLICY_VIOLATION,
} from '@/lib/console-protocol.ts'
import { errorChain, toWireError } from '@/lib/errors.ts'
import type { ConsoleRegistry } from './console-registry.ts'
import type { ConsoleSession } from './console-session.ts'
import { FrameBudget } from './frame-budget.ts'
import type { ConsoleTickets } from './tickets.ts'
import type { Viewer, ViewerLink } from './viewer.ts'

/** A connection that does not say hello in this time is closed, in milliseconds. */
const HELLO_MS = 10_000

/** Who came with the connection's cookie. */
export interface ConsoleVisitor {
  sessionId: string
  actor: Actor
  address: string
}

export interface ConsoleConnectionDeps {
  consoles: ConsoleRegistry
  tickets: ConsoleTickets
  log(message: string): void
}

/** What carries frames to one page: a WebSocket, or another transport that keeps frames whole and in order. */
export interface Wire {
  readonly open: boolean
  sendBytes(bytes: Buffer): void
  sendText(text: string): void
  close(code: number, reason: string): void
}

/** What the transport tells of one connection. */
export interface ConsoleConnection {
  /** A frame came. */
  receive(bytes: Buffer, isBinary: boolean): void
  /** The transport is gone; nothing follows. */
  closed(): void
}

/** One connection from its first frame to its end, whatever carries it. `onKnown` is called when its ticket was good. */
export function createConsoleConnection(
  wire: Wire,
  visitor: ConsoleVisitor,
  deps: ConsoleConnectionDeps,
  onKnown: () => void,
): ConsoleConnection {
  const budget = new FrameBudget(CLIENT_FRAMES_PER_S)
  let phase: 'greeting' | 'opening' | 'attached' | 'closed' = 'greeting'
  let attached: { session: ConsoleSession; viewer: Viewer } | undefined

  const tell = (message: ServerMessage) => {
    if (wire.open) wire.sendText(JSON.stringify(message))
  }
  const link: ViewerLink = {
    send: (bytes) => {
      if (wire.open) wire.sendBytes(bytes)
    },
    tell,
    close: (code, reason) => end(code, reason),
  }
  function end(code: number, reason: string): void {
    phase = 'closed'
    wire.close(code, reason)
  }
  function violate(message: string): void {
    leave()
    tell({ type: 'error', code: 'invalid_input', message })
    end(WS_POLICY_VIOLATION, message)
  }
  function leave(): void {
    if (attached !== undefined) attached.session.detach(attached.viewer)
    attached = undefined
  }
  const helloTimer = setTimeout(() => violate('No hello came in time.'), HELLO_MS)

  async function greet(hello: Extract<ClientMessageType, { type: 'hello' }>): Promise<void> {
    const { consoles, tickets } = deps
    const { actor, sessionId, address } = visitor
    clearTimeout(helloTimer)
    phase = 'opening'
    const ticket = tickets.redeem(hello.ticket, sessionId)
    if (ticket === undefined || ticket.userId !== actor.userId) {
      tell({
        type: 'error',
        code: 'forbidden',
        message: 'This ticket was used before, is too old, or was not made for you.',
      })
      return end(WS_POLICY_VIOLATION, 'ticket refused')
    }
    try {
      const { jailId, consoleId, choice, reason, mode } = ticket
      const living = ticket.fresh ? undefined : consoles.latest(actor, jailId, choice)
      const { cols, rows } = hello
      const session =
        consoleId === undefined
          ? (living ?? (await consoles.open(actor, { jailId, choice, reason, cols, rows, address })))
          : consoles.joinable(actor, consoleId)
      if (!wire.open) return
      phase = 'attached'
      onKnown()
      attached = { session, viewer: session.attach(hello, { actor, sessionId, mode }, link) }
    } catch (error) {
      const { code, message, hint } = toWireError(error, 'console')
      if (code === 'internal') deps.log(`console: could not be opened: ${errorChain(error)}`)
      tell({ type: 'error', code, message: hint === undefined ? message : `${message} ${hint}` })
      end(WS_DONE, code)
    }
  }

  return {
    receive(bytes, isBinary) {
      if (phase === 'closed') return
      if (!budget.take()) return violate('Too many frames.')
      if (isBinary) {
        if (attached === undefined) return violate('Bytes came before hello.')
        if (attached.viewer.mode === 'watch') return violate('This view only watches.')
        if (!attached.session.input(attached.viewer, bytes)) violate('Too much input that the program does not read.')
        return
      }
      const message = parseFrame(ClientMessage, bytes.toString('utf8'))
      if (message === undefined) return violate('A control message that is none.')
      if (message.type === 'hello') {
        if (phase !== 'greeting') return violate('A second hello.')
        return void greet(message)
      }
      if (attached === undefined) return violate('The first message is hello.')
      if (message.type === 'drive') return attached.session.drive(attached.viewer, message.on)
      if (message.type === 'resize') attached.session.resize(attached.viewer, message.cols, message.rows)
      else {
        const { viewer, session } = attached
        const before = viewer.acked
        if (!session.acknowledge(viewer, message.offset))
          return violate('Bytes were acknowledged that were never sent.')
        // A fast page acknowledges as often as our own output makes it.
        if (viewer.acked - before >= ACK_EVERY_BYTES) budget.giveBack()
      }
    },
    closed() {
      phase = 'closed'
      clearTimeout(helloTimer)
      onKnown()
      leave()
    },
  }
}
