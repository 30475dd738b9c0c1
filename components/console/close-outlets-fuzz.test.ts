import type { IParser } from '@xterm/xterm'
import headless from '@xterm/headless'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { guardTerminal } from '@/lib/guard-terminal.ts'
import { FUZZ_TIMEOUT_MS, fuzz } from '../../server/fuzz.ts'
import { terminalStream } from '../../server/fuzz-terminal-stream.ts'
import { closeOutlets } from './close-outlets.ts'

/** What reaches beyond the screen: titles, links, notifications, colours, the clipboard, files (xterm's ctlseqs). */
const OUTLETS = [0, 1, 2, 4, 7, 8, 9, 10, 11, 12, 52, 104, 110, 111, 112, 633, 777, 1337]

/** Streams that one terminal sees, one after the other: to make a terminal takes longer than to write to it. */
const STREAMS = 20
/** Ends what is open and sets everything back (CAN, RIS). */
const RESET = '\x18\x1bc'

/** A terminal as a page has it, and what gets out of it. */
function overheard(): { terminal: headless.Terminal; said: string[] } {
  const terminal = new headless.Terminal({
    ...{ cols: 20, rows: 4, scrollback: 4, allowProposedApi: true, logLevel: 'off' },
  })
  const said: string[] = []
  guardTerminal(terminal, (error) => said.push(String(error)))
  // Handlers that come first are asked last: they hear what `closeOutlets` lets pass.
  for (const code of OUTLETS)
    terminal.parser.registerOscHandler(code, (data) => {
      said.push(`OSC ${code} ${data}`)
      return false
    })
  closeOutlets(terminal.parser as unknown as IParser)
  terminal.onData((text) => said.push(`types ${JSON.stringify(text)}`))
  terminal.onBinary((text) => said.push(`types ${JSON.stringify(text)}`))
  terminal.onTitleChange((title) => said.push(`title ${title}`))
  return { terminal, said }
}

test.each(OUTLETS)('OSC %d ends in the page', async (code) => {
  const { terminal, said } = overheard()
  await new Promise<void>((resolve) => terminal.write(`\x1b]${code};owned\x07\x1b]${code}\x1b\\`, resolve))
  expect(said).toEqual([])
  terminal.dispose()
})

test(
  'whatever a jail prints, a page types nothing, and title, clipboard and links stay untouched',
  () => {
    let tried = 0
    return fuzz(
      'terminal of a page',
      fc.asyncProperty(fc.array(terminalStream, { minLength: STREAMS, maxLength: STREAMS }), async (streams) => {
        const { terminal, said } = overheard()
        for (const parts of streams) {
          for (const piece of parts) terminal.write(piece)
          await new Promise<void>((resolve) => terminal.write(RESET, resolve))
          tried += 1
          if (said.length > 0) throw new Error(`${JSON.stringify(parts.join(''))} makes a page say ${said.join(', ')}`)
        }
        terminal.dispose()
      }),
      { few: 100, many: 200_000 / STREAMS, unit: { name: 'streams', count: () => tried } },
    )
  },
  FUZZ_TIMEOUT_MS,
)
