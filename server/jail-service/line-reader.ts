import { StringDecoder } from 'node:string_decoder'

export interface OutputPiece {
  stream: 'stdout' | 'stderr'
  text: string
  /** The line may still change: the next piece of this stream takes its place (a progress bar, an unfinished line). */
  open: boolean
}

/** Longest line that is handed on whole, in characters; the rest of it comes as further lines. */
const LINE_MAX = 4_096
/** An unfinished line is shown when nothing followed for this long, in milliseconds: it may be a question. */
const SHOW_UNFINISHED_MS = 100

// Colours and cursor movements: lines are text for people, not for a terminal (ECMA-48 CSI and OSC sequences).
// oxlint-disable-next-line no-control-regex
const ESCAPES = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-Z\\-_]/g

/** Cuts a stream of bytes into lines; a carriage return without a newline redraws the line in place. */
export function createLineReader(
  stream: OutputPiece['stream'],
  onLine: (piece: OutputPiece) => void = () => undefined,
): { take(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let timer: NodeJS.Timeout | undefined

  const hand = (text: string, open: boolean) => {
    onLine({ stream, text: text.replace(ESCAPES, ''), open })
  }
  const consume = (last: boolean) => {
    clearTimeout(timer)
    let redraw: string | undefined
    for (;;) {
      const at = rest.search(/[\r\n]/)
      if (at < 0) break
      if (rest[at] === '\r' && at === rest.length - 1 && !last) break // the newline may come with the next chunk
      const text = rest.slice(0, at)
      const newline = rest[at] === '\n' || rest[at + 1] === '\n'
      rest = rest.slice(at + (rest[at] === '\r' && newline ? 2 : 1))
      if (newline) {
        // `50%\r100%\r\n` leaves `100%`; `100%\r\n` after a redraw of the same line as well.
        hand(text === '' && redraw !== undefined ? redraw : text, false)
        redraw = undefined
      } else if (text !== '') redraw = text
    }
    // Of many redraws in one chunk only the last is worth telling.
    if (redraw !== undefined) hand(redraw, true)
    while (rest.length > LINE_MAX) {
      hand(rest.slice(0, LINE_MAX), false)
      rest = rest.slice(LINE_MAX)
    }
    if (last) {
      const text = rest.replace(/\r$/, '')
      if (text !== '') hand(text, false)
      rest = ''
    } else if (rest.replace(/\r$/, '') !== '') {
      timer = setTimeout(() => hand(rest.replace(/\r$/, ''), true), SHOW_UNFINISHED_MS)
    }
  }
  return {
    take(chunk) {
      rest += decoder.write(chunk)
      consume(false)
    },
    end() {
      rest += decoder.end()
      consume(true)
    },
  }
}
