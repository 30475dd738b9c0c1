/* eslint-disable no-underscore-dangle -- xterm.js has no public way to a parser's fault */
interface Screen {
  x: number
  readonly y: number
  readonly ybase: number
  readonly lines: { readonly length: number }
}

type Parameters = readonly (number | number[])[]

interface GuardedTerminal {
  readonly cols: number
  readonly rows: number
  readonly parser: {
    registerCsiHandler(id: { prefix?: string; final: string }, handler: (parameters: Parameters) => boolean): unknown
  }
}

type Repeat = (parameters: { params: number[] | Int32Array }) => boolean

/** Commands that xterm.js does one by one, as often as a program says: up to 2^31 times in one go. */
const BY_LINES = ['scrollUp', 'scrollDown', 'insertLines', 'deleteLines'] as const
const BY_COLUMNS = ['cursorForwardTab', 'cursorBackwardTab', 'repeatPrecedingCharacter'] as const

/** What xterm.js keeps and does not offer; its packages are pinned to one generation. */
interface Inside {
  readonly buffer: Screen
  readonly _inputHandler: Record<(typeof BY_LINES)[number] | (typeof BY_COLUMNS)[number], Repeat> & {
    parse(data: unknown, result?: unknown): unknown
    eraseInLine(parameters: { params: number[] }, protect: boolean): boolean
    eraseInDisplay(parameters: { params: number[] }, protect: boolean): boolean
    readonly _parser: { reset(): void }
  }
}

/**
 * Makes what a jail prints harmless for whoever runs the terminal.
 *
 * In xterm.js 6, "erase above" at the end of the last line throws, out of the middle of its loop: a service would end by it,
 * a page's terminal would stand still. That one is drawn here; whatever else may throw costs the piece of output that it was
 * in, and is told to `onFault`. "Scroll up 2147483647 lines" and the like would keep it busy for hours: nothing is repeated
 * more often than the screen has lines, or a line has columns, which is what can be seen of it.
 */
export function guardTerminal(terminal: GuardedTerminal, onFault: (error: unknown) => void): void {
  const inside = (terminal as unknown as { _core: Inside })._core
  const input = inside._inputHandler
  const eraseAbove =
    (protect: boolean) =>
    ([what]: Parameters): boolean => {
      const screen = inside.buffer
      const { x, y, lines } = screen
      if (what !== 1 || x + 1 < terminal.cols || y + 1 < lines.length) return false
      input.eraseInLine({ params: [2] }, protect)
      screen.x = 0
      input.eraseInDisplay({ params: [1] }, protect)
      screen.x = x
      return true
    }
  terminal.parser.registerCsiHandler({ final: 'J' }, eraseAbove(false))
  terminal.parser.registerCsiHandler({ prefix: '?', final: 'J' }, eraseAbove(true))
  for (const [names, most] of [
    [BY_LINES, () => terminal.rows],
    [BY_COLUMNS, () => terminal.cols],
  ] as const)
    for (const name of names) {
      const command = input[name].bind(input)
      input[name] = (parameters) => {
        parameters.params[0] = Math.min(parameters.params[0] ?? 0, most())
        return command(parameters)
      }
    }
  const parse = input.parse.bind(input)
  input.parse = (data, result) => {
    try {
      return parse(data, result)
    } catch (error) {
      input._parser.reset()
      onFault(error)
      return undefined
    }
  }
}
