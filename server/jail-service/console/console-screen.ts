import { SerializeAddon } from '@xterm/addon-serialize'
import { Unicode11Addon } from '@xterm/addon-unicode11'
import headless from '@xterm/headless'
import { FrameBudget } from './frame-budget.ts'
import { incompleteTail } from './incomplete-tail.ts'
import type { OutputRing } from './output-ring.ts'

/** Answers to device queries a second: vim asks a handful at its start, a hostile file thousands. */
const ANSWERS_PER_S = 50
/** Lines above the screen that come back after a reload. */
export const SCROLLBACK_LINES = 5_000
/** An open escape sequence is looked for in so many bytes before the point of drawing. */
const TAIL_BYTES = 16 * 1024

/** What xterm.js keeps and the serialiser leaves out; both packages are pinned to one generation. */
interface TerminalInside {
  _core: {
    buffer: { scrollTop: number; scrollBottom: number; x: number; y: number }
    coreService: { isCursorHidden: boolean }
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

/**
 * The screen of a console as a terminal in this process: it draws itself for viewers that come later, and it alone
 * answers the device queries of programs, so that they are answered once whoever looks.
 */
export class ConsoleScreen {
  readonly #terminal: headless.Terminal
  readonly #serializer = new SerializeAddon()
  readonly #onParsed: () => void
  #parsed = 0
  #pending = 0

  constructor(cols: number, rows: number, handlers: { onParsed: () => void; onAnswer: (bytes: Buffer) => void }) {
    this.#onParsed = handlers.onParsed
    this.#terminal = new headless.Terminal({
      cols,
      rows,
      scrollback: SCROLLBACK_LINES,
      allowProposedApi: true,
      logLevel: 'off',
    })
    this.#terminal.loadAddon(new Unicode11Addon())
    this.#terminal.unicode.activeVersion = '11'
    this.#terminal.loadAddon(this.#serializer)
    // DECRQSS tells state back into the shell's input: nobody needs it, some have abused it
    this.#terminal.parser.registerDcsHandler({ intermediates: '$', final: 'q' }, () => true)
    const budget = new FrameBudget(ANSWERS_PER_S)
    this.#terminal.onData((text) => {
      if (budget.take()) handlers.onAnswer(Buffer.from(text, 'utf8'))
    })
  }

  /** Bytes that were written and not looked at yet. */
  get pendingBytes(): number {
    return this.#pending
  }

  write(chunk: Buffer): void {
    this.#pending += chunk.length
    this.#terminal.write(chunk, () => {
      this.#pending -= chunk.length
      this.#parsed += chunk.length
      this.#onParsed()
    })
  }

  /** Takes the size after everything that was written before. */
  resize(cols: number, rows: number): void {
    this.#terminal.write('', () => this.#terminal.resize(cols, rows))
  }

  /** The screen with its scroll-back as it is now; `ring` holds the output that was written. */
  draw(ring: OutputRing): Drawing {
    const { cols, rows } = this.#terminal
    const offset = this.#parsed - incompleteTail(ring.before(this.#parsed, TAIL_BYTES))
    // eslint-disable-next-line no-underscore-dangle -- the only way to what the serialiser leaves out
    const { buffer, coreService } = (this.#terminal as unknown as TerminalInside)._core
    let text = this.#serializer.serialize({ scrollback: SCROLLBACK_LINES })
    if (buffer.scrollTop !== 0 || buffer.scrollBottom !== rows - 1)
      text += `\x1b[${buffer.scrollTop + 1};${buffer.scrollBottom + 1}r\x1b[${buffer.y + 1};${Math.min(buffer.x, cols - 1) + 1}H`
    if (coreService.isCursorHidden) text += '\x1b[?25l'
    return { bytes: Buffer.from(text, 'utf8'), offset, cols, rows }
  }

  dispose(): void {
    this.#terminal.dispose()
  }
}
