import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { Unicode11Addon } from '@xterm/addon-unicode11'
import headless from '@xterm/headless'
import { FrameBudget } from './frame-budget.ts'
import { guardTerminal } from '@/lib/guard-terminal.ts'
import { incompleteTail } from '@/lib/incomplete-tail.ts'
import type { OutputRing } from './output-ring.ts'
import { isPlainText, lastLinesOf } from './plain-text.ts'
import { screenTurns } from './screen-turns.ts'
import { drawScrollback, drawTerminal, scrollbackLines } from './terminal-picture.ts'

/** Answers to device queries a second: vim asks a handful at its start, a hostile file thousands. */
const ANSWERS_PER_S = 50
/** Lines above the screen that come back after a reload. */
export const SCROLLBACK_LINES = 5_000
/** An open escape sequence is looked for in so many bytes before the point of drawing. */
const TAIL_BYTES = 16 * 1024
/** Plain text changes nothing but the picture, which nobody looks at: it waits until none came for so long, in milliseconds, */
const PLAIN_WAIT_MS = 500
/** … or it is this much, in bytes. Of a flood most has scrolled away by then, and is never looked at. */
const PLAIN_MAX_BYTES = 2 * 1024 * 1024
/** Looked at in one go at most, in bytes; then others have their turn. */
const SLICE_BYTES = 64 * 1024
/** The clock is looked at after so many bytes: 256 commands to scroll a screen with its scroll-back take some 100 ms. */
const PIECE_BYTES = 1024
/** A screen that nothing was written to for so long is kept in packed form, in milliseconds; */
const SLEEP_AFTER_MS = 10_000
/** … after so long while more than this many are awake: one of 5,000 lines takes some 8 MB, packed a hundredth of it. */
const CROWDED_SLEEP_AFTER_MS = 250
const MANY_AWAKE = 8
/** So many lines of scroll-back are put away together when a screen goes to sleep; fewer stay with it. */
const PUT_AWAY_LINES = 200
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

/** Lines of scroll-back as terminal bytes, packed. */
interface PackedLines {
  bytes: Buffer
  lines: number
}

let awakeScreens = 0

interface Awake {
  terminal: headless.Terminal
  inside: TerminalInside['_core']
}

/**
 * The screen of a console as a terminal in this process: it draws itself for viewers that come later, and it alone
 * answers the device queries of programs, so that they are answered once whoever looks.
 *
 * What has scrolled up no program can reach any more, but to erase it: it stays packed from one sleep to the next, so
 * that falling asleep and waking up cost as much as the screen alone, however much is above it.
 */
export class ConsoleScreen {
  readonly #handlers: ScreenHandlers
  readonly #budget = new FrameBudget(ANSWERS_PER_S)
  readonly #sleepAfterMs: number
  readonly #plainWaitMs: number
  #cols: number
  #rows: number
  #awake: Awake | undefined
  /** Drawing of a screen that sleeps, packed. */
  #asleep: Buffer | undefined
  /** What is above it, or above the terminal that is awake, oldest first. */
  #above: PackedLines[] = []
  #parsed = 0
  /** Written and not looked at. */
  #backlog: Buffer[] = []
  #pending = 0
  /** Whether all of the backlog is plain text. */
  #plain = true
  #later: NodeJS.Timeout | undefined
  #sleepTimer: NodeJS.Timeout | undefined
  #usedAt = performance.now()
  /** What was written last, and when. */
  #last: Buffer = Buffer.alloc(0)
  #lastAt = 0

  constructor(cols: number, rows: number, handlers: ScreenHandlers, sleepAfterMs = SLEEP_AFTER_MS) {
    this.#handlers = handlers
    this.#sleepAfterMs = sleepAfterMs
    this.#plainWaitMs = Math.min(PLAIN_WAIT_MS, sleepAfterMs)
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
    // Behind the first half of a sequence its second half may be letters.
    const plain = isPlainText(chunk) && !(this.#pending === 0 && this.#isInSequence())
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
      this.#later ??= setTimeout(() => this.#workWhenQuiet(), this.#plainWaitMs)
      return
    }
    clearTimeout(this.#later)
    this.#later = undefined
    screenTurns.add(this.#work)
  }

  /** Takes the size after everything that was written before. */
  resize(cols: number, rows: number): void {
    this.flush()
    this.#bringBack()
    const { terminal } = this.#terminal() // a drawing of the old size wakes up in the old size
    this.#cols = cols
    this.#rows = rows
    terminal.resize(cols, rows)
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
    return { bytes: this.#picture(), offset, cols: this.#cols, rows: this.#rows }
  }

  dispose(): void {
    this.#rest()
    this.#backlog = []
    this.#pending = 0
    this.#letGo()
  }

  #letGo(): void {
    clearTimeout(this.#sleepTimer)
    if (this.#awake === undefined) return
    this.#awake.terminal.dispose()
    this.#awake = undefined
    awakeScreens -= 1
  }

  #picture(): Buffer {
    if (this.#awake !== undefined) this.#dropOldest(scrollbackLines(this.#awake.terminal))
    const screen = this.#asleep === undefined ? drawTerminal(this.#terminal().terminal) : inflateRawSync(this.#asleep)
    return Buffer.concat([...this.#above.map(({ bytes }) => inflateRawSync(bytes)), screen])
  }

  /** A new size may take lines down from the scroll-back or wrap them anew: the terminal gets all of them. */
  #bringBack(): void {
    if (this.#above.length === 0 || !this.#isBetween()) return
    const whole = this.#picture()
    this.#letGo()
    this.#above = []
    this.#asleep = undefined
    this.#wake(whole)
  }

  #terminal(): Awake {
    this.#usedAt = performance.now()
    if (this.#awake !== undefined) return this.#awake
    const drawing = this.#asleep === undefined ? undefined : inflateRawSync(this.#asleep)
    this.#asleep = undefined
    return this.#wake(drawing)
  }

  #wake(drawing: Buffer | undefined): Awake {
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
    // What erases the scroll-back erases all of it: ED 3, and a full reset (RIS)
    const eraseAbove = (parameters: readonly (number | number[])[]) => {
      if (parameters[0] === 3 && terminal.buffer.active.type === 'normal') this.#above = []
      return false
    }
    terminal.parser.registerCsiHandler({ final: 'J' }, eraseAbove)
    terminal.parser.registerCsiHandler({ prefix: '?', final: 'J' }, eraseAbove)
    terminal.parser.registerEscHandler({ final: 'c' }, () => {
      this.#above = []
      return false
    })
    // eslint-disable-next-line no-underscore-dangle -- see TerminalInside
    this.#awake = { terminal, inside: (terminal as unknown as TerminalInside)._core }
    if (drawing !== undefined) this.#parse(drawing)
    terminal.onData((text) => {
      if (this.#budget.take()) this.#handlers.onAnswer(Buffer.from(text, 'utf8'))
    })
    awakeScreens += 1
    this.#sleepTimer = setTimeout(() => this.#tryToSleep(), Math.min(this.#sleepAfterMs, CROWDED_SLEEP_AFTER_MS))
    return this.#awake
  }

  #tryToSleep(): void {
    const restMs = awakeScreens > MANY_AWAKE ? Math.min(this.#sleepAfterMs, CROWDED_SLEEP_AFTER_MS) : this.#sleepAfterMs
    // Plain text waits to be looked at: a console that it floods is not at rest.
    const restedMs = performance.now() - Math.max(this.#usedAt, this.#lastAt)
    if (restedMs < restMs || !this.#isBetween()) {
      this.#sleepTimer = setTimeout(() => this.#tryToSleep(), Math.min(restMs, CROWDED_SLEEP_AFTER_MS))
      return
    }
    const { terminal } = this.#terminal()
    const lines = scrollbackLines(terminal)
    const away = lines >= PUT_AWAY_LINES ? lines : 0
    if (away > 0) this.#above.push({ bytes: pack(drawScrollback(terminal, away)), lines: away })
    this.#asleep = pack(drawTerminal(terminal, away))
    this.#dropOldest(lines - away)
    this.#letGo()
    this.#handlers.onAsleep?.()
  }

  /** Nothing waits, and nothing is half said: a drawing holds all there is. */
  #isBetween(): boolean {
    const cut = this.#pending > 0 || incompleteTail(this.#last.subarray(-END_BYTES)) > 0
    return !cut && !this.#isInSequence()
  }

  #isInSequence(): boolean {
    return this.#awake !== undefined && this.#parserState() !== GROUND
  }

  /** Lets go of lines that a viewer's terminal would not keep: `below` are between those put away and the screen. */
  #dropOldest(below: number): void {
    let kept = this.#above.reduce((sum, { lines }) => sum + lines, below)
    for (let first = this.#above[0]; first !== undefined; first = this.#above[0]) {
      kept -= first.lines
      if (kept < SCROLLBACK_LINES) return
      this.#above.shift()
    }
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
    screenTurns.delete(this.#work)
  }

  #workWhenQuiet(): void {
    const quietMs = performance.now() - this.#lastAt
    if (quietMs >= this.#plainWaitMs) screenTurns.add(this.#work)
    else this.#later = setTimeout(() => this.#workWhenQuiet(), this.#plainWaitMs - quietMs)
  }

  readonly #work = (until: number): boolean => {
    this.#rest()
    this.#skipScrolledAway()
    this.#lookAtSlice(until)
    this.#handlers.onParsed()
    return this.#pending > 0
  }

  #lookAtSlice(until = Infinity): void {
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

/** Deflated, in memory of its own: what zlib answers may stand in 16 KiB, however short it is. */
function pack(bytes: Buffer): Buffer {
  const packed = deflateRawSync(bytes, { level: 1 })
  const own = Buffer.allocUnsafeSlow(packed.length)
  packed.copy(own)
  return own
}
