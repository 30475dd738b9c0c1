import { CONSOLE_PATH } from '@/lib/contract/wire.ts'

/** What carries the console's frames: text and binary, in order, both ways. */
export interface Transport {
  readonly open: boolean
  send(frame: string | Uint8Array): void
  close(): void
}

/** What happens on a transport; `onClose` once, and nothing after it. */
export interface TransportEvents {
  onOpen: () => void
  onText: (text: string) => void
  onBytes: (bytes: Uint8Array) => void
  onClose: () => void
}

export type OpenTransport = (events: TransportEvents) => Transport

/** The WebSocket: the transport of choice. */
export const openWebSocket: OpenTransport = ({ onOpen, onText, onBytes, onClose }) => {
  const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}${CONSOLE_PATH}`)
  socket.binaryType = 'arraybuffer'
  socket.addEventListener('open', () => onOpen())
  socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (typeof data === 'string') onText(data)
    else onBytes(new Uint8Array(data))
  })
  socket.addEventListener('close', () => onClose())
  return {
    get open() {
      return socket.readyState === WebSocket.OPEN
    },
    send: (frame) => socket.send(frame as string | Uint8Array<ArrayBuffer>),
    close: () => socket.close(1000),
  }
}
