import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { Unicode11Addon } from '@xterm/addon-unicode11'
import headless from '@xterm/headless'
import { FrameBudget } from './frame-budget.ts'
import { guardTerminal } from '@/lib/guard-terminal.ts'
import { incompleteTail } from '@/lib/incomplete-tail.ts'
import type { OutputRing } from './output-ring.ts'
import { isPlainText, lastLinesOf } from './plain-text.ts'
import { drawTerminal } from './terminal-picture.ts'

/** Answers to device queries a second: vim asks a handful at its start, a hostile file thousands. */
const ANSWERS_PER_S = 50
/** Lines above the screen that come back after a reload. */
export const SCROLLBACK_LINES = 5_000
/** An open escape sequence is looked for in so many bytes before the point of drawing. */
const TAIL_BYTES = 16 * 1024
/** Plain text changes nothing but the picture, which nobody looks at: it waits until none came for so long, in milliseconds, */
const PLAIN_WAIT_MS = 25
/** … or it is this much, in bytes. Of a flood most has scrolled away by then, and is never looked at. */
const PLAIN_MAX_BYTES = 2 * 1024 * 1024
/** Looked at in one go at most, in bytes and milliseconds; then others have their turn. */
const SLICE_BYTES = 64 * 1024
const SLICE_MS = 8
/** The clock is looked at after so many bytes: 256 commands to scroll a screen with its scroll-back take some 100 ms. */
const PIECE_BYTES = 1024
/** A screen that nothing was written to for so long is kept in packed form, in milliseconds; */
const SLEEP_AFTER_MS = 10_000
/** … after so long while more than this many are awake: one of 5,000 lines takes some 8 MB, packed a hundredth of it. */
const CROWDED_SLEEP_AFTER_MS = 1_000
const MANY_AWAKE = 8
/** Longest beginning of a character of UTF-8, in bytes. */
const END_BYTES = 3
/** State of xterm's parser between sequences (its ParserState.GROUND). */
const GROUND = 0

/** What xterm.js keeps and does not offer; all packages are pinned to one generation. */
interface TerminalInside {
  _core: {
    buffer: { scrollTop: number; scrollBottom: number }
    _inputHandler: { _parser: { currentState: number } }
    _writeBuffer: { writeSync(data: Uint8Array | string): void }
  }
}

export interface Drawing {
  /** Terminal bytes that make a fresh terminal of this size show the same. */
  bytes: Buffer
  /** Offset of the output that continues it. */
  offset: number
  cols: number
  rows: number
}

export interface ScreenHandlers {
  /** Something that was written was looked at. */
  onParsed(): void
  /** Answers to a program's device queries: its input. */
  onAnswer(bytes: Buffer): void
  /** Output that the terminal could not take. */
  onFault?(error: unknown): void
  /** It is kept in packed form from now on. */
  onAsleep?(): void
}

let awakeScreens = 0

interface Awake {
  terminal: headless.Terminal
  inside: TerminalInside['_core']
}

/**
 * The screen of a console as a terminal in this process: it draws itself for viewers that come later, and it alone
 * answers the device queries of programs, so that they are answered once whoever looks.
 */
export class ConsoleScreen {
  readonly #handlers: ScreenHandlers
  readonly #budget = new FrameBudget(ANSWERS_PER_S)
  readonly #sleepAfterMs: number
  #cols: number
  #rows: number
  #awake: Awake | undefined
  /** Drawing of a screen that sleeps, packed. */
  #asleep: Buffer | undefined
  #parsed = 0
  /** Written and not looked at. */
  #backlog: Buffer[] = []
  #pending = 0
  /** Whether all of the backlog is plain text. */
  #plain = true
  #later: NodeJS.Timeout | undefined
  #soon: NodeJS.Immediate | undefined
  #sleepTimer: NodeJS.Timeout | undefined
  #usedAt = performance.now()
  /** What was written last, and when. */
  #last: Buffer = Buffer.alloc(0)
  #lastAt = 0

  constructor(cols: number, rows: number, handlers: ScreenHandlers, sleepAfterMs = SLEEP_AFTER_MS) {
    this.#handlers = handlers
    this.#sleepAfterMs = sleepAfterMs
    this.#cols = cols
    this.#rows = rows
    this.#terminal()
  }

  /** Bytes that were written and have to be looked at: plain text within bounds costs nothing and is not counted. */
  get pendingBytes(): number {
    return this.#plain ? 0 : this.#pending
  }

  /** Whether it is kept in packed form. */
  get asleep(): boolean {
    return this.#awake === undefined
  }

  write(chunk: Buffer): void {
    const plain = isPlainText(chunk)
    const tooMuch = () => this.#pending + chunk.length > PLAIN_MAX_BYTES
    if (this.#plain && (!plain || tooMuch())) {
      this.#skipScrolledAway()
      if (!plain || tooMuch()) this.#plain = false
    }
    this.#backlog.push(chunk)
    this.#pending += chunk.length
    this.#last = chunk
    this.#lastAt = performance.now()
    if (this.#plain) {
      this.#later ??= setTimeout(() => this.#workWhenQuiet(), PLAIN_WAIT_MS)
      return
    }
    clearTimeout(this.#later)
    this.#later = undefined
    this.#soon ??= setImmediate(() => this.#work())
  }

  /** Takes the size after everything that was written before. */
  resize(cols: number, rows: number): void {
    this.flush()
    this.#cols = cols
    this.#rows = rows
    this.#terminal().terminal.resize(cols, rows)
  }

  /** Looks at everything that was written. */
  flush(): void {
    if (this.#pending === 0) return
    this.#skipScrolledAway()
    while (this.#pending > 0) this.#lookAtSlice()
    this.#rest()
    this.#handlers.onParsed()
  }

  /** The screen with its scroll-back; `ring` holds the output that was written, and continues it. */
  draw(ring: OutputRing): Drawing {
    // What was not looked at can follow as it is, where it is kept.
    if (this.#plain || !ring.has(this.#parsed)) this.flush()
    const offset = this.#parsed - incompleteTail(ring.before(this.#parsed, TAIL_BYTES))
    const bytes = this.#asleep === undefined ? this.#picture() : inflateRawSync(this.#asleep)
    return { bytes, offset, cols: this.#cols, rows: this.#rows }
  }

  dispose(): void {
    this.#rest()
    clearTimeout(this.#sleepTimer)
    this.#letGo()
  }

  #letGo(): void {
    if (this.#awake === undefined) return
    this.#awake.terminal.dispose()
    this.#awake = undefined
    awakeScreens -= 1
  }

  #picture(): Buffer {
    return drawTerminal(this.#terminal().terminal)
  }

  #terminal(): Awake {
    this.#usedAt = performance.now()
    if (this.#awake !== undefined) return this.#awake
    const terminal = new headless.Terminal({
      cols: this.#cols,
      rows: this.#rows,
      scrollback: SCROLLBACK_LINES,
      allowProposedApi: true,
      logLevel: 'off',
    })
    terminal.loadAddon(new Unicode11Addon())
    terminal.unicode.activeVersion = '11'
    guardTerminal(terminal, (error) => this.#handlers.onFault?.(error))
    // DECRQSS tells state back into the shell's input: nobody needs it, some have abused it
    terminal.parser.registerDcsHandler({ intermediates: '$', final: 'q' }, () => true)
    // eslint-disable-next-line no-underscore-dangle -- see TerminalInside
    this.#awake = { terminal, inside: (terminal as unknown as TerminalInside)._core }
    if (this.#asleep !== undefined) this.#parse(inflateRawSync(this.#asleep))
    this.#asleep = undefined
    terminal.onData((text) => {
      if (this.#budget.take()) this.#handlers.onAnswer(Buffer.from(text, 'utf8'))
    })
    awakeScreens += 1
    this.#sleepTimer = setTimeout(() => this.#tryToSleep(), Math.min(this.#sleepAfterMs, CROWDED_SLEEP_AFTER_MS))
    return this.#awake
  }

  #tryToSleep(): void {
    const restMs = awakeScreens > MANY_AWAKE ? Math.min(this.#sleepAfterMs, CROWDED_SLEEP_AFTER_MS) : this.#sleepAfterMs
    const between =
      this.#parserState() === GROUND && this.#pending === 0 && incompleteTail(this.#last.subarray(-END_BYTES)) === 0
    if (performance.now() - this.#usedAt < restMs || !between) {
      this.#sleepTimer = setTimeout(() => this.#tryToSleep(), Math.min(restMs, CROWDED_SLEEP_AFTER_MS))
      return
    }
    this.#asleep = deflateRawSync(this.#picture(), { level: 1 })
    this.#letGo()
    this.#handlers.onAsleep?.()
  }

  #parserState(): number | undefined {
    // eslint-disable-next-line no-underscore-dangle -- see TerminalInside
    return this.#awake?.inside._inputHandler._parser.currentState
  }

  #parse(bytes: Uint8Array): void {
    // eslint-disable-next-line no-underscore-dangle -- at once, so that what is drawn is what was written
    this.#terminal().inside._writeBuffer.writeSync(bytes)
  }

  #rest(): void {
    clearTimeout(this.#later)
    this.#later = undefined
    if (this.#soon !== undefined) clearImmediate(this.#soon)
    this.#soon = undefined
  }

  #workWhenQuiet(): void {
    const quietMs = performance.now() - this.#lastAt
    if (quietMs >= PLAIN_WAIT_MS) return this.#work()
    this.#later = setTimeout(() => this.#workWhenQuiet(), PLAIN_WAIT_MS - quietMs)
  }

  #work(): void {
    this.#rest()
    this.#skipScrolledAway()
    this.#lookAtSlice()
    if (this.#pending > 0) this.#soon = setImmediate(() => this.#work())
    this.#handlers.onParsed()
  }

  #lookAtSlice(): void {
    const until = performance.now() + SLICE_MS
    let size = 0
    while (this.#backlog.length > 0 && size < SLICE_BYTES && (size === 0 || performance.now() < until)) {
      const first = this.#backlog[0] as Buffer
      const piece = first.subarray(0, PIECE_BYTES)
      if (piece.length === first.length) this.#backlog.shift()
      else this.#backlog[0] = first.subarray(PIECE_BYTES)
      this.#parse(piece)
      size += piece.length
    }
    this.#parsed += size
    this.#pending -= size
    if (this.#pending === 0) this.#plain = true
  }

  /** Leaves out what of a backlog of plain text would be scrolled out of the last kept line anyway. */
  #skipScrolledAway(): void {
    const lines = SCROLLBACK_LINES + this.#rows
    if (!this.#plain || this.#pending <= lines) return
    const { buffer } = this.#terminal().inside
    const whole = buffer.scrollTop === 0 && buffer.scrollBottom === this.#rows - 1
    const normal = this.#awake?.terminal.buffer.active.type === 'normal'
    if (!whole || !normal || this.#parserState() !== GROUND) return
    let skip = lastLinesOf(this.#backlog, lines)
    this.#parsed += skip
    this.#pending -= skip
    while (skip > 0) {
      const first = this.#backlog[0] as Buffer
      if (first.length > skip) this.#backlog[0] = first.subarray(skip)
      else this.#backlog.shift()
      skip -= Math.min(skip, first.length)
    }
  }
}
