import { Unicode11Addon } from '@xterm/addon-unicode11'
import headless from '@xterm/headless'
import { guardTerminal } from '@/lib/guard-terminal.ts'

/** A terminal as the page has one. */
export function newTerminal(cols: number, rows: number, scrollback: number): headless.Terminal {
  const terminal = new headless.Terminal({ cols, rows, scrollback, allowProposedApi: true, logLevel: 'off' })
  terminal.loadAddon(new Unicode11Addon())
  terminal.unicode.activeVersion = '11'
  guardTerminal(terminal, (error) => {
    throw error
  })
  return terminal
}

/** Writes, and waits until it is looked at. */
export const write = (terminal: headless.Terminal, text: string | Buffer): Promise<void> =>
  new Promise<void>((resolve) => terminal.write(text, resolve))

/** Everything that can be seen of a terminal, one line each. */
export function seen(terminal: headless.Terminal): string {
  const { active, normal, alternate } = terminal.buffer
  const lines = [`${active.type} ${active.cursorX},${active.cursorY}`, JSON.stringify(terminal.modes)]
  for (const buffer of active.type === 'alternate' ? [normal, alternate] : [normal]) {
    lines.push(`${buffer.type} ${buffer.length} ${buffer.baseY}`)
    for (let y = 0; y < buffer.length; y += 1) {
      const line = buffer.getLine(y)
      let text = y > 0 && line?.isWrapped === true ? '↪' : ' '
      let look = ''
      let wide = false
      for (let x = 0; x < terminal.cols; x += 1) {
        const cell = line?.getCell(x)
        if (cell === undefined) continue
        if (wide) {
          wide = false
          continue
        }
        wide = cell.getWidth() === 2
        const flags = [
          cell.isBold(), cell.isDim(), cell.isItalic(), cell.isUnderline(), cell.isBlink(), cell.isInverse(), cell.isInvisible(), cell.isStrikethrough(), cell.isOverline(),
        ].map((on) => (on === 0 ? 0 : 1)).join('') // prettier-ignore
        const colours = `${cell.getFgColorMode()}/${cell.getFgColor()}/${cell.getBgColorMode()}/${cell.getBgColor()}`
        const chars = cell.getChars()
        const blank = chars === '' || (chars === ' ' && !flags.slice(3).includes('1'))
        const empty = blank || x + cell.getWidth() > terminal.cols // a wide one that was cut in two
        const attributes = empty ? `${cell.getBgColorMode()}/${cell.getBgColor()}` : `${colours}/${flags}`
        if (attributes !== look) text += `<${attributes}>`
        look = attributes
        text += empty ? '·' : chars
      }
      lines.push(text)
    }
  }
  return lines.join('\n')
}
