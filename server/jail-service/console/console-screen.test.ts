import fc from 'fast-check'
import headless from '@xterm/headless'
import { SerializeAddon } from '@xterm/addon-serialize'
import { Unicode11Addon } from '@xterm/addon-unicode11'
import { describe, expect, test } from 'vitest'
import { ConsoleScreen } from './console-screen.ts'
import { incompleteTail } from './incomplete-tail.ts'
import { OutputRing } from './output-ring.ts'

describe('an unfinished end', () => {
  test.each([
    ['plain text', 'abc', 0],
    ['ESC alone', 'abc\x1b', 1],
    ['half a colour', 'abc\x1b[31', 4],
    ['a whole colour', 'abc\x1b[31m', 0],
    ['a private mode, half', '\x1b[?25', 5],
    ['a title, half', 'x\x1b]0;my ti', 9],
    ['a title ended by BEL', 'x\x1b]0;title\x07', 0],
    ['a title, half its ST', 'x\x1b]0;title\x1b', 1],
    ['a title ended by ST', 'x\x1b]0;title\x1b\\', 0],
    ['a device string', '\x1bP$qm', 5],
    ['a device string given up', '\x1bPabc\x18rest', 0],
    ['a character set, half', 'a\x1b(', 2],
    ['a character set', 'a\x1b(B', 0],
    ['an old sequence that stays open', `\x1b]0;${'x'.repeat(20_000)}`, 0],
  ])('%s', (_, text, length) => {
    expect(incompleteTail(Buffer.from(text))).toBe(length)
  })

  test.each([
    ['two bytes of three', [0x61, 0xe6, 0x97], 2],
    ['three of four', [0xf0, 0x9f, 0x98], 3],
    ['whole', [0xe6, 0x97, 0xa5], 0],
    ['loose continuations', [0x80, 0x80, 0x80, 0x80], 0],
  ])('UTF-8: %s', (_, bytes, length) => {
    expect(incompleteTail(Uint8Array.from(bytes))).toBe(length)
  })
})

/** The state of a terminal after all of these bytes, as text with attributes. */
async function shown(cols: number, rows: number, ...parts: Buffer[]): Promise<string> {
  const terminal = new headless.Terminal({ cols, rows, scrollback: 5_000, allowProposedApi: true, logLevel: 'off' })
  const serializer = new SerializeAddon()
  terminal.loadAddon(new Unicode11Addon())
  terminal.unicode.activeVersion = '11'
  terminal.loadAddon(serializer)
  for (const part of parts) await new Promise<void>((resolve) => terminal.write(part, resolve))
  const { cursorX, cursorY, type } = terminal.buffer.active
  return `${type} ${cursorX},${cursorY}\n${serializer.serialize()}`
}

async function drawnAt(cut: number, all: Buffer, cols: number, rows: number) {
  const ring = new OutputRing()
  const first = all.subarray(0, cut)
  const drawing = await new Promise<ReturnType<ConsoleScreen['draw']>>((resolve) => {
    const screen = new ConsoleScreen(cols, rows, {
      onAnswer: () => undefined,
      onParsed: () => {
        resolve(screen.draw(ring))
        screen.dispose()
      },
    })
    ring.push(first)
    screen.write(first)
  })
  return shown(cols, rows, drawing.bytes, all.subarray(drawing.offset))
}

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('hello ', 'world\r\n', '\r\n', 'ls -la\r\n', 'x', '\t') },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.integer({ min: 30, max: 37 }), fc.boolean())
      .map(([colour, bold]) => `\x1b[${bold ? '1;' : ''}${colour}m`),
  },
  { weight: 2, arbitrary: fc.constantFrom('日本', 'é', '😀', 'ß', '│') },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 30 }))
      .map(([row, col]) => `\x1b[${row};${col}H`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '\x1b[0m',
      '\x1b[K',
      '\x1b[2J',
      '\x1b]0;a title\x07',
      '\x1b]2;t\x1b\\',
      '\x1bP$qm\x1b\\',
      '\x1b[48;5;120m',
      '\x1b[38;2;1;2;3m',
    ),
  },
)

describe('a drawing', () => {
  test(
    'continued with the rest of the output shows what the whole output shows, wherever it was cut',
    { timeout: 60_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(piece, { minLength: 1, maxLength: 40 }),
          fc.double({ min: 0, max: 1, noNaN: true }),
          async (pieces, where) => {
            const all = Buffer.from(pieces.join(''))
            const cut = Math.max(1, Math.floor(all.length * where))
            expect(await drawnAt(cut, all, 30, 10)).toBe(await shown(30, 10, all))
          },
        ),
        { numRuns: 400 },
      )
    },
  )

  test('keeps alternate screen, scroll region and hidden cursor', async () => {
    const all = Buffer.from('one\r\n\x1b[?1049h\x1b[3;8r\x1b[?25l\x1b[5;4Hmid\x1b[8;1H\nscrolled')
    expect(await drawnAt(all.length - 9, all, 30, 10)).toBe(await shown(30, 10, all))
  })

  test('answers of the screen are limited: a hostile file cannot type for long', async () => {
    const answers: string[] = []
    await new Promise<void>((resolve) => {
      const screen = new ConsoleScreen(80, 24, {
        onAnswer: (bytes) => answers.push(bytes.toString()),
        onParsed: resolve,
      })
      screen.write(Buffer.from('\x1b[6n'.repeat(10_000)))
    })
    expect(answers[0]).toBe('\x1b[1;1R')
    expect(answers.length).toBeLessThan(150)
  })

  test('nothing that output holds is typed back', async () => {
    const answers: string[] = []
    await new Promise<void>((resolve) => {
      const screen = new ConsoleScreen(80, 24, {
        onAnswer: (bytes) => answers.push(bytes.toString()),
        onParsed: resolve,
      })
      screen.write(
        Buffer.from(
          '\x1b]0;rm -rf /\x07\x1b[21t\x1bP$qrm -rf /\x1b\\\x1b]52;c;cm0=\x07\x1b]52;c;?\x07\x1b]11;?\x07\x05',
        ),
      )
    })
    expect(answers.join('')).not.toContain('rm')
  })
})
