import headless from '@xterm/headless'
import { expect, test } from 'vitest'
import { guardTerminal } from './guard-terminal.ts'

const newTerminal = () => new headless.Terminal({ cols: 10, rows: 3, allowProposedApi: true, logLevel: 'off' })
const write = (terminal: headless.Terminal, text: string) =>
  new Promise<void>((resolve) => terminal.write(text, resolve))
const lines = ({ buffer: { active } }: headless.Terminal) =>
  Array.from({ length: 3 }, (_, y) => active.getLine(active.baseY + y)?.translateToString(true))

test.each([
  ['behind the last character', '\x1b[3;10Hx\x1b[1Jy', ['', '         ', 'y']],
  ['on it', '\x1b[3;10Hx\x1b[3;10H\x1b[1Jy', ['', '', '         y']],
  ['unless protected', '\x1b[3;10Hx\x1b[?1Jy', ['', '         ', 'y']],
  ['further up', '\x1b[2;10Hx\x1b[1Jy', ['', '', 'y']],
  ['in the alternate screen', '\x1b[?1049h\x1b[3;10H\x1b[1Jy', ['', '', '         y']],
])('“erase above” at the end of the last line, %s, erases', async (_, output, expected) => {
  const terminal = newTerminal()
  const faults: unknown[] = []
  guardTerminal(terminal, (error) => faults.push(error))
  await write(terminal, `one\r\ntwo${output}`)
  expect(faults).toEqual([])
  expect(lines(terminal).map((line) => line?.trimEnd())).toEqual(expected.map((line) => line.trimEnd()))
})

test('whatever else throws costs its piece of output and nothing more', async () => {
  const terminal = newTerminal()
  const faults: unknown[] = []
  guardTerminal(terminal, (error) => faults.push(error))
  terminal.parser.registerCsiHandler({ final: 'z' }, () => {
    throw new Error('a fault')
  })
  await write(terminal, 'one\x1b[3zlost')
  await write(terminal, ' two')
  expect(faults).toEqual([new Error('a fault')])
  expect(lines(terminal)[0]).toBe('one two')
})
