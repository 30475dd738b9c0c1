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

interface Inside {
  _core: { buffer: { lines: { splice: (...given: unknown[]) => void }; nextStop(): number; prevStop(): number } }
}

test.each(['S', 'T', 'L', 'M', 'I', 'Z'])('“CSI 1000000 %s” is done as often as can be seen', async (final) => {
  const terminal = newTerminal()
  guardTerminal(terminal, () => undefined)
  await write(terminal, 'one\r\ntwo\x1b[1;2H')
  let steps = 0
  // eslint-disable-next-line no-underscore-dangle -- what is counted is xterm's own work
  const { buffer } = (terminal as unknown as Inside)._core
  for (const [at, name] of [
    [buffer.lines, 'splice'],
    [buffer, 'nextStop'],
    [buffer, 'prevStop'],
  ] as const) {
    // prettier-ignore
    const own = (at as Record<string, (...given: unknown[]) => unknown>)[name] as (...given: unknown[]) => unknown
    Object.assign(at, {
      [name]: (...given: unknown[]) => {
        steps += 1
        return own.apply(at, given)
      },
    })
  }
  await write(terminal, `\x1b[1000000${final}`)
  expect(steps).toBeGreaterThan(0)
  expect(steps).toBeLessThanOrEqual(20)
})

test('a character is repeated for a line at most', async () => {
  const terminal = newTerminal()
  const faults: unknown[] = []
  guardTerminal(terminal, (error) => faults.push(error))
  await write(terminal, 'x\x1b[2147483647b')
  expect(faults).toEqual([])
  expect(lines(terminal)).toEqual(['xxxxxxxxxx', 'x', ''])
})
