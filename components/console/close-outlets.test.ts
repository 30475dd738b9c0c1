import type { IParser } from '@xterm/xterm'
import headless from '@xterm/headless'
import { expect, test } from 'vitest'
import { closeOutlets } from './close-outlets.ts'

/** A page's terminal: what it says on its own, and the titles it would set. */
async function reactionTo(output: string) {
  const terminal = new headless.Terminal({ cols: 80, rows: 24, allowProposedApi: true, logLevel: 'off' })
  closeOutlets(terminal.parser as unknown as IParser)
  const said: string[] = []
  terminal.onData((text) => said.push(text))
  terminal.onTitleChange((title) => said.push(`title ${title}`))
  await new Promise<void>((resolve) => terminal.write(output, resolve))
  return { said, screen: terminal.buffer.active.getLine(0)?.translateToString(true) }
}

test.each([
  ['device attributes', '\x1b[c\x1b[>c\x1b[=c'],
  ['cursor position', '\x1b[6n\x1b[?6n\x1b[5n'],
  ['modes', '\x1b[?2004$p\x1b[4$p'],
  ['state strings', '\x1bP$qm\x1b\\\x1bP$qrm -rf\x1b\\'],
  ['titles', '\x1b]0;owned\x07\x1b]2;owned\x1b\\'],
  ['clipboard', '\x1b]52;c;cm0gLXJm\x07\x1b]52;c;?\x07'],
  ['colours', '\x1b]10;?\x07\x1b]11;?\x1b\\\x1b]4;1;?\x07'],
  ['window reports', '\x1b[18t\x1b[21t\x1b[14t'],
  ['versions', '\x1b[>q\x1b[>0q'],
])('a page does not answer: %s', async (_, output) => {
  expect(await reactionTo(`${output}after`)).toEqual({ said: [], screen: 'after' })
})
