import type { OpenTransport } from '@/lib/console-connection.ts'
import { CLIENT_FRAME_MAX_BYTES } from '@/lib/console-protocol.ts'
import { FRAMES_MAX_BYTES, packFrames, SIGN_EVERY_MS } from '@/lib/console-stream.ts'
import { CONSOLE_PATH, CONSOLE_STREAM_PATH } from '@/lib/contract/wire.ts'

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

/** A channel that says nothing for so long never opens, in milliseconds. */
const OPEN_MS = 15_000
const URL_PREFIX = `/api${CONSOLE_STREAM_PATH}`

/** The way where no WebSocket gets through: events come on one answer, frames go by requests, one after the other. */
export const openHttpStream: OpenTransport = ({ onOpen, onText, onBytes, onClose }) => {
  const stopper = new AbortController()
  let channel: string | undefined
  let waiting: (string | Uint8Array)[] = []
  let posting = false
  let next = 0
  let over = false

  const end = () => {
    if (over) return
    over = true
    clearTimeout(opening)
    clearInterval(signs)
    stopper.abort()
    onClose()
  }
  const opening = setTimeout(end, OPEN_MS)

  async function post(frames: readonly (string | Uint8Array)[]): Promise<void> {
    posting = true
    try {
      const response = await fetch(`${URL_PREFIX}/${channel}?n=${next}`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: packFrames(frames),
        signal: stopper.signal,
      })
      if (!response.ok) return end()
      next += 1
    } catch {
      return end()
    } finally {
      posting = false
    }
    flush()
  }
  function flush(): void {
    if (posting || over || waiting.length === 0) return
    const frames: (string | Uint8Array)[] = []
    for (let size = 0; waiting.length > 0 && size < FRAMES_MAX_BYTES - 2 * CLIENT_FRAME_MAX_BYTES;) {
      const frame = waiting.shift() as string | Uint8Array
      size += frame.length
      frames.push(frame)
    }
    void post(frames)
  }
  const signs = setInterval(() => {
    if (channel !== undefined && !posting && waiting.length === 0) void post([])
  }, SIGN_EVERY_MS)

  function take(event: string, data: string): void {
    if (over) return
    if (event === 'channel') {
      channel = data
      clearTimeout(opening)
      onOpen()
    } else if (event === 'frame') onText(data)
    else if (event === 'bytes') onBytes(Uint8Array.from(atob(data), (character) => character.charCodeAt(0)))
  }

  async function read(): Promise<void> {
    try {
      const response = await fetch(URL_PREFIX, { method: 'POST', signal: stopper.signal })
      if (!response.ok || response.body === null) return end()
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
      let rest = ''
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return end()
        const events = (rest + value).split('\n\n')
        rest = events.pop() ?? ''
        for (const each of events) {
          const match = /^event: (\w+)\ndata: (.*)$/s.exec(each)
          if (match !== null) take(match[1] ?? '', match[2] ?? '')
        }
      }
    } catch {
      end()
    }
  }
  void read()

  return {
    get open() {
      return channel !== undefined && !over
    },
    send(frame) {
      waiting.push(frame)
      flush()
    },
    close() {
      waiting = []
      end()
    },
  }
}
