import headless from '@xterm/headless'
import fc from 'fast-check'
import { test } from 'vitest'
import { FUZZ_TIMEOUT_MS, fuzz } from '../fuzz.ts'
import { terminalStream } from '../fuzz-terminal-stream.ts'
import { OutputFilter } from './output-filter.ts'

/** What reaches beyond the screen, as far as xterm's ctlseqs and other terminals know it. */
const OUTLETS = [...Array(25).keys(), 50, 51, 52, 99, 104, 105, 110, 111, 112, 117, 118, 119, 133, 633, 777, 1337]

/** A terminal without any defence; what it says on its own, and what it is told about more than its screen. */
class OpenTerminal {
  readonly said: string[] = []
  readonly #terminal = new headless.Terminal({
    ...{ cols: 20, rows: 4, scrollback: 4, allowProposedApi: true, logLevel: 'off' },
  })

  constructor() {
    const { parser } = this.#terminal
    for (const code of OUTLETS)
      parser.registerOscHandler(code, (data) => {
        this.said.push(`OSC ${code} ${data}`)
        return true
      })
    this.#terminal.onData((text) => this.said.push(`types ${JSON.stringify(text)}`))
    this.#terminal.onBinary((text) => this.said.push(`types ${JSON.stringify(text)}`))
    this.#terminal.onTitleChange((title) => this.said.push(`title ${title}`))
  }

  async take(pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) this.#terminal.write(piece)
    await new Promise<void>((resolve) => this.#terminal.write('', resolve))
  }
  screen(): string[] {
    const { active } = this.#terminal.buffer
    return Array.from({ length: 4 }, (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '')
  }
  dispose(): void {
    this.#terminal.dispose()
  }
}

test(
  'whatever a jail prints, and however it is cut, the terminal of the client answers nothing and keeps its title',
  () =>
    fuzz(
      'filter of the client',
      fc.asyncProperty(terminalStream, fc.infiniteStream(fc.integer({ min: 1, max: 12 })), async (parts, sizes) => {
        const bytes = Buffer.from(parts.join(''))
        const filter = new OutputFilter()
        const pieces: Buffer[] = []
        for (let at = 0; at < bytes.length;) {
          const size = sizes.next().value as number
          pieces.push(filter.take(bytes.subarray(at, at + size)))
          at += size
        }
        const terminal = new OpenTerminal()
        await terminal.take(pieces)
        const { said } = terminal
        terminal.dispose()
        if (said.length > 0)
          throw new Error(
            `${JSON.stringify(bytes.toString())} comes through as ${JSON.stringify(Buffer.concat(pieces).toString())} and the terminal: ${said.join(', ')}`,
          )
        // However it is cut, the same comes through.
        const whole = new OutputFilter().take(bytes)
        if (!whole.equals(Buffer.concat(pieces))) throw new Error('cut elsewhere, something else comes through')
      }),
      { few: 700, many: 200_000 },
    ),
  FUZZ_TIMEOUT_MS,
)

/** Sequences that only draw: they must come through as they are. */
const drawing = fc.array(
  fc.oneof(
    fc.string({ unit: fc.constantFrom(...'ab ~é日'), maxLength: 6 }),
    fc.constantFrom('\r\n', '\t', '\b', '\x1b[31m', '\x1b[0m', '\x1b[2J', '\x1b[H', '\x1b[3;5H', '\x1b[K', '\x1b[1A'),
    fc.constantFrom(
      '\x1b[38;5;9m',
      '\x1b[?25l',
      '\x1b[?1049h',
      '\x1b7',
      '\x1b8',
      '\x1b(0',
      '\x1b(B',
      '\x1bM',
      '\x1b[4 q',
    ),
  ),
  { maxLength: 8 },
)

test(
  'what only draws comes through byte for byte',
  () =>
    fuzz(
      'filter of the client, drawings',
      fc.property(drawing, (parts) => {
        const bytes = Buffer.from(parts.join(''))
        if (!new OutputFilter().take(bytes).equals(bytes)) throw new Error(JSON.stringify(parts.join('')))
      }),
      { few: 700, many: 200_000 },
    ),
  FUZZ_TIMEOUT_MS,
)
