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
  readonly parser: {
    registerCsiHandler(id: { prefix?: string; final: string }, handler: (parameters: Parameters) => boolean): unknown
  }
}

/** What xterm.js keeps and does not offer; its packages are pinned to one generation. */
interface Inside {
  readonly buffer: Screen
  readonly _inputHandler: {
    parse(data: unknown, result?: unknown): unknown
    eraseInLine(parameters: { params: number[] }, protect: boolean): boolean
    eraseInDisplay(parameters: { params: number[] }, protect: boolean): boolean
    readonly _parser: { reset(): void }
  }
}

/**
 * Makes what a jail prints harmless for whoever runs the terminal. In xterm.js 6, "erase above" at the end of the last line
 * throws, out of the middle of its loop: a service would end by it, a page's terminal would stand still. That one is drawn
 * here; whatever else may throw costs the piece of output that it was in, and is told to `onFault`.
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
