import { WebSocket } from 'ws'
import type { ConsoleState, ConsoleWish, GetTicket, OpenTransport } from '@/lib/console-connection.ts'
import { ConsoleConnection } from '@/lib/console-connection.ts'
import { CONSOLE_PATH } from '@/lib/contract/wire.ts'
import { OutputFilter } from './output-filter.ts'

/** Leaves the alternate screen and the modes that programs set (DECSTR, then what it leaves on). */
export const CALM = '\x1b[?1049l\x1b[!p\x1b[?25h\x1b[?1000;1002;1003;1006;2004l\x1b[0m'
/** The same, and clears: a drawing begins on an empty screen. */
const CLEAR = `${CALM}\x1b[H\x1b[2J\x1b[3J`

/** The terminal in which the client runs. */
export interface LocalTerminal {
  write(bytes: Uint8Array, onWritten: () => void): void
  size(): { cols: number; rows: number }
  /** A line for the person, beside the console's output. */
  say(text: string): void
}

export type End = { exitCode: number | null; reason: string }

/** The WebSocket on the jail service's own socket, as who has this cookie. */
function openOnSocket(socketPath: string, cookie: string): OpenTransport {
  return ({ onOpen, onText, onBytes, onClose }) => {
    const socket = new WebSocket(`ws+unix:${socketPath}:${CONSOLE_PATH}`, {
      perMessageDeflate: false,
      headers: { cookie },
    })
    socket.on('open', onOpen)
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) onBytes(data)
      else onText(data.toString('utf8'))
    })
    socket.on('error', () => undefined) // close follows
    socket.on('close', onClose)
    return {
      get open() {
        return socket.readyState === WebSocket.OPEN
      },
      send: (frame) => socket.send(frame),
      close: () => socket.close(1000),
    }
  }
}

/** What ended the console for this terminal; undefined while it goes on. */
function endOf(state: ConsoleState): End | undefined {
  switch (state.phase) {
    case 'exited':
      return { exitCode: state.exitCode, reason: state.reason }
    case 'refused':
      return { exitCode: 1, reason: state.hint === undefined ? state.message : `${state.message} ${state.hint}` }
    case 'idle':
    case 'asks':
      return { exitCode: 1, reason: state.message }
    case 'connecting':
    case 'open':
    case 'lost':
      return undefined
  }
}

/** Shows a console in a local terminal. The terminal's size is its own: it is told to the service, never taken from it. */
export function attach(
  { socketPath, cookie, wish }: { socketPath: string; cookie: string; wish: ConsoleWish },
  getTicket: GetTicket,
  terminal: LocalTerminal,
  onEnd: (end: End) => void,
): ConsoleConnection {
  const filter = new OutputFilter()
  let phase: ConsoleState['phase'] = 'connecting'
  let recording: string | undefined
  return new ConsoleConnection(
    {
      write: (bytes, onRendered) => terminal.write(filter.take(bytes), onRendered),
      reset: () => {
        filter.reset()
        terminal.write(Buffer.from(CLEAR), () => undefined)
      },
      resize: () => undefined,
      paneSize: () => terminal.size(),
    },
    wish,
    getTicket,
    { open: openOnSocket(socketPath, cookie) },
    {
      onState: (state) => {
        if (state.phase === 'lost' && phase !== 'lost') terminal.say('connection lost, coming back')
        phase = state.phase
        const end = endOf(state)
        if (end !== undefined) onEnd(end)
      },
      onFacts: (facts) => {
        if (facts.recording !== undefined && facts.recording.message !== recording)
          terminal.say(facts.recording.message)
        recording = facts.recording?.message
      },
      onInputRefused: () => terminal.say('too much input waits; the last was not typed'),
    },
  )
}
