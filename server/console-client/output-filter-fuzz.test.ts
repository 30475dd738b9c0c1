import headless from '@xterm/headless'
import fc from 'fast-check'
import { test } from 'vitest'
import { guardTerminal } from '@/lib/guard-terminal.ts'
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
    guardTerminal(this.#terminal, (error) => this.said.push(String(error))) // else one repeat count may take hours
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
  dispose(): void {
    this.#terminal.dispose()
  }
}

/** Streams that one terminal sees, one after the other: to make a terminal takes longer than to write to it. */
const STREAMS = 20
/** Ends what is open and sets everything back (CAN, RIS). */
const RESET = Buffer.from('\x18\x1bc')

test(
  'whatever a jail prints, and however it is cut, the terminal of the client answers nothing and keeps its title',
  () => {
    let tried = 0
    const pieceSizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 })
    return fuzz(
      'filter of the client',
      fc.asyncProperty(
        fc.array(fc.tuple(terminalStream, pieceSizes), { minLength: STREAMS, maxLength: STREAMS }),
        async (streams) => {
          const terminal = new OpenTerminal()
          for (const [parts, sizes] of streams) {
            const bytes = Buffer.from(parts.join(''))
            const filter = new OutputFilter()
            const pieces: Buffer[] = []
            for (let at = 0, n = 0; at < bytes.length; n += 1) {
              const size = sizes[n % sizes.length] ?? 1
              pieces.push(filter.take(bytes.subarray(at, at + size)))
              at += size
            }
            await terminal.take([...pieces, RESET])
            tried += 1
            const passed = Buffer.concat(pieces)
            if (terminal.said.length > 0)
              throw new Error(
                `${JSON.stringify(bytes.toString())} comes through as ${JSON.stringify(passed.toString())} and the terminal: ${terminal.said.join(', ')}`,
              )
            // However it is cut, the same comes through.
            if (!new OutputFilter().take(bytes).equals(passed))
              throw new Error(`${JSON.stringify(bytes.toString())}: cut elsewhere, something else comes through`)
          }
          terminal.dispose()
        },
      ),
      { few: 50, many: 200_000 / STREAMS, unit: { name: 'streams', count: () => tried } },
    )
  },
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
