import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConsoleScreen, SCROLLBACK_LINES } from './console-screen.ts'
import { incompleteTail } from '@/lib/incomplete-tail.ts'
import { OutputRing } from './output-ring.ts'
import { newTerminal, seen, write } from './test-terminal.ts'
import { isPlainText, lastLinesOf } from './plain-text.ts'

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

/** What a terminal shows after all of these bytes. */
async function shown(cols: number, rows: number, ...parts: Buffer[]): Promise<string> {
  const terminal = newTerminal(cols, rows, SCROLLBACK_LINES)
  for (const part of parts) await write(terminal, part)
  const text = seen(terminal)
  terminal.dispose()
  return text
}

async function drawnAt(cut: number, all: Buffer, cols: number, rows: number) {
  const ring = new OutputRing()
  const first = all.subarray(0, cut)
  const drawing = await new Promise<ReturnType<ConsoleScreen['draw']>>((resolve) => {
    const onParsed = () => {
      resolve(screen.draw(ring))
      screen.dispose()
    }
    const screen = new ConsoleScreen(cols, rows, { onAnswer: () => undefined, onParsed }, 1)
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

describe('plain text', () => {
  test.each([
    ['words and line ends', 'a b\r\n\tc\b', true],
    ['other scripts', 'é日本😀 °©', true],
    ['nothing', '', true],
    ['a colour', 'a\x1b[31mb', false],
    ['a bell', 'a\x07', true],
    ['shift out', '\x0e', false],
    ['an 8-bit control', '\u009b31m', false],
    ['a form feed', '\f\v', true],
    ['nul and delete', '\0\x7f', true],
    ['shift in', 'a\x0f', false],
  ])('%s: %j is %s', (_, text, plain) => {
    expect(isPlainText(Buffer.from(text))).toBe(plain)
  })

  test('a character that is cut off may be a control', () => {
    expect(isPlainText(Buffer.of(0x61, 0xc2))).toBe(false)
  })

  test('of lines only the last ones matter, wherever the pieces were cut', () => {
    const pieces = ['one\r\ntw', 'o\r\nthr', 'ee\r\nfour'].map((text) => Buffer.from(text))
    expect(lastLinesOf(pieces, 1)).toBe(8)
    expect(lastLinesOf(pieces, 2)).toBe(3)
    expect(lastLinesOf(pieces, 3)).toBe(0)
    expect(lastLinesOf([Buffer.from('a\nb\nc\nd')], 1)).toBe(0)
  })
})

describe('a flood', () => {
  const floodOf = (line: (n: number) => string) =>
    Buffer.from(Array.from({ length: 40_000 }, (_, n) => line(n)).join(''))
  const flood = floodOf((n) => `line ${n} é日本\r\n`)

  test.each([
    ['after text in colour', 'one \x1b[31mtwo ', ''],
    ['in the alternate screen', '\x1b[?1049h', '\x1b[3;4Hx'],
    ['in a scroll region', '\x1b[2;5r', ''],
    ['with a colour at its end', '', '\x1b[32mgreen\r\n'],
    ['after half a title', '\x1b]0;half', '\x07shown'],
  ])('%s leaves what it would leave had all of it been looked at', async (_, before, after) => {
    await leavesTheSame(Buffer.concat([Buffer.from(before), flood, Buffer.from(after)]))
  })

  test('with all control characters that plain text may have leaves what it would leave', async () => {
    await leavesTheSame(floodOf((n) => `${n}\x07\0\x7f\x05 §\t${n % 7 === 0 ? '\x0b' : '\f'}a\bb\x1a${n}\r\n`))
  })

  async function leavesTheSame(all: Buffer): Promise<void> {
    const ring = new OutputRing(64 * 1024 * 1024)
    const screen = new ConsoleScreen(80, 24, { onParsed: () => undefined, onAnswer: () => undefined })
    for (let at = 0; at < all.length; at += 65_000) {
      const chunk = all.subarray(at, at + 65_000)
      ring.push(chunk)
      screen.write(chunk)
    }
    const { bytes, offset } = screen.draw(ring)
    screen.dispose()
    expect(await shown(80, 24, bytes, all.subarray(offset))).toBe(await shown(80, 24, all))
  }

  test('the second half of a query, which looks like plain text, does not wait for more', async () => {
    const answers: string[] = []
    const screen = new ConsoleScreen(80, 24, {
      onParsed: () => undefined,
      onAnswer: (bytes) => answers.push(bytes.toString()),
    })
    const turn = () => new Promise((resolve) => setImmediate(resolve))
    for (const half of ['\x1b[', '6n']) {
      screen.write(Buffer.from(half))
      await turn()
      await turn()
    }
    screen.dispose()
    expect(answers).toEqual(['\x1b[1;1R'])
  })

  test('is not looked at while more of it comes: a screen takes 100 MB in a moment', () => {
    let parsed = 0
    const screen = new ConsoleScreen(80, 24, { onParsed: () => (parsed += 1), onAnswer: () => undefined })
    for (let n = 0; n < 60; n += 1) screen.write(flood)
    expect(screen.pendingBytes).toBeLessThan(3 * flood.length)
    screen.dispose()
    expect(parsed).toBe(0)
  })
})

describe('a drawing', () => {
  test('of a screen that sleeps is the same, and it goes on when more comes', async () => {
    const first = Buffer.from('one\r\n\x1b[31mred\x1b[?1000h\x1b[?1006h\x1b[5 q 日')
    const more = Buffer.from('\x1b[6n more')
    const ring = new OutputRing()
    const answers: string[] = []
    const screen = new ConsoleScreen(
      30,
      10,
      { onParsed: () => undefined, onAnswer: (bytes) => answers.push(bytes.toString()) },
      1,
    )
    ring.push(first)
    screen.write(first)
    await expect.poll(() => screen.asleep).toBe(true)
    const drawing = screen.draw(ring)
    expect(screen.asleep).toBe(true)
    expect(drawing.bytes.toString()).toContain('\x1b[?1006h')
    expect(await shown(30, 10, drawing.bytes)).toBe(await shown(30, 10, first))
    ring.push(more)
    screen.write(more)
    screen.flush()
    expect(answers).toEqual(['\x1b[2;7R'])
    expect(await shown(30, 10, screen.draw(ring).bytes)).toBe(await shown(30, 10, first, more))
    screen.dispose()
  })

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

describe('a screen that sleeps again and again', () => {
  /** So many numbered lines: some in colour, some longer than the window, some wide. */
  const numbered = (from: number, count: number) =>
    Array.from({ length: count }, (_, n) => {
      const text = `line ${from + n}`
      return `${[text, `\x1b[3${n % 8}m${text}\x1b[m`, `${text} ${'wraps '.repeat(9)}`, `日本 ${text}`][n % 4]}\r\n`
    }).join('')

  type Step = { print: string } | { rows: number }

  /** Does all steps, asleep after each, and beside it in a terminal that never sleeps; answers what each shows. */
  async function both(steps: readonly Step[]): Promise<{ drawn: string; whole: string; sizes: number[] }> {
    let [cols, rows] = [30, 10]
    const ring = new OutputRing()
    const screen = new ConsoleScreen(cols, rows, { onParsed: () => undefined, onAnswer: () => undefined }, 1)
    const terminal = newTerminal(cols, rows, SCROLLBACK_LINES)
    const sizes: number[] = []
    for (const step of steps) {
      if ('rows' in step) {
        rows = Math.max(rows, step.rows)
        screen.resize(cols, rows)
        terminal.resize(cols, rows)
      } else {
        const bytes = ring.push(Buffer.from(step.print))
        screen.write(bytes)
        await write(terminal, bytes)
      }
      await expect.poll(() => screen.asleep, { interval: 2 }).toBe(true)
      sizes.push(screen.draw(ring).bytes.length)
    }
    const { bytes } = screen.draw(ring)
    const whole = seen(terminal)
    screen.dispose()
    terminal.dispose()
    return { drawn: await shown(cols, rows, bytes), whole, sizes }
  }

  test('shows what one shows that never slept, whatever was printed and however the window grew', async () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 1, max: 700 }).map((count) => ({ print: numbered(1, count) })) },
      {
        weight: 3,
        arbitrary: fc.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => ({ print: pieces.join('') })),
      },
      {
        weight: 1,
        arbitrary: fc
          .constantFrom('\x1b[3J', '\x1b[?3J', '\x1bc', '\x1b[?1049h', '\x1b[?1049l')
          .map((print) => ({ print })),
      },
      { weight: 1, arbitrary: fc.integer({ min: 2, max: 60 }).map((rows) => ({ rows })) },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), async (steps) => {
        const { drawn, whole } = await both(steps)
        expect(drawn).toBe(whole)
      }),
      { numRuns: 60 },
    )
  })

  test('keeps the last 5,000 lines, and no more than a terminal that is left awake may have beside them', async () => {
    const { drawn, whole, sizes } = await both(
      [0, 1, 2, 3, 4, 5, 6, 7].map((n) => ({ print: numbered(n * 1_000, 1_000) })),
    )
    expect(drawn).toBe(whole)
    expect(sizes.at(-1)).toBeLessThan((sizes[5] ?? 0) * 1.2)
  })

  test('wakes up to a key without what is above it: that is not drawn anew', async () => {
    const ring = new OutputRing()
    const screen = new ConsoleScreen(80, 24, { onParsed: () => undefined, onAnswer: () => undefined }, 1)
    const print = async (text: string) => {
      screen.write(ring.push(Buffer.from(text)))
      await expect.poll(() => screen.asleep, { interval: 2 }).toBe(true)
    }
    await print(numbered(0, 4_000))
    const before = screen.draw(ring).bytes
    await print('x')
    const after = screen.draw(ring).bytes
    const above = before.indexOf('line 3900')
    expect(after.subarray(0, above).equals(before.subarray(0, above))).toBe(true)
    screen.dispose()
  })
})
