/* eslint-disable no-underscore-dangle -- the public interface has no whole lines, and not all of the modes */
import type headless from '@xterm/headless'

/** What of a cell's attributes xterm.js keeps outside its two words. */
interface Extended {
  underlineStyle: number
  /** As a colour in `fg`; mode 0 where the underline has the text's colour. */
  underlineColor: number
  urlId: number
}

interface Attributes {
  fg: number
  bg: number
  extended: Extended
}

interface Line {
  readonly isWrapped: boolean
  /** Content, fg and bg of each cell; more cells than columns after the window was made narrower. */
  readonly _data: Uint32Array
  readonly _combined: Readonly<Record<number, string>>
  readonly _extendedAttrs: Readonly<Record<number, Extended | undefined>>
}

interface Screen {
  readonly lines: { readonly length: number; get(index: number): Line }
  readonly ybase: number
  readonly x: number
  readonly y: number
  readonly scrollTop: number
  readonly scrollBottom: number
  readonly savedX: number
  readonly savedY: number
  readonly savedCurAttrData: Attributes
}

/** What xterm.js keeps and does not offer; its packages are pinned to one generation. */
interface Inside {
  readonly buffers: { readonly active: Screen; readonly normal: Screen; readonly alt: Screen }
  readonly coreService: {
    readonly isCursorHidden: boolean
    readonly decPrivateModes: { readonly cursorStyle?: string; readonly cursorBlink?: boolean }
  }
  readonly coreMouseService: { readonly activeEncoding: string }
  readonly _charsetService: {
    readonly glevel: number
    /** Of that level now: after DECRC it may be another one than was designated. */
    readonly charset: Readonly<Record<string, string>> | undefined
    readonly _charsets: readonly (Readonly<Record<string, string>> | undefined)[]
  }
  readonly _inputHandler: { readonly _curAttrData: Attributes }
}

// Words of a cell: xterm.js, src/common/buffer/Constants.ts
const CODEPOINT = 0x1f_ffff
const COMBINED = 0x20_0000
const HAS_CONTENT = 0x3f_ffff
const WIDTH_SHIFT = 22
const COLOR_MODE = 0x300_0000
const COLOR_P16 = 0x100_0000
const COLOR_P256 = 0x200_0000
/** A colour with its mode; of `bg` this is what erased cells keep. */
const COLOR = 0x3ff_ffff
const HAS_EXTENDED = 0x1000_0000
const UNDERLINE = 0x1000_0000
/** Flags and the SGR parameter that sets each (ECMA-48 8.3.117). */
const FG_FLAGS = [
  [0x800_0000, '1'],
  [0x2000_0000, '5'],
  [0x400_0000, '7'],
  [0x4000_0000, '8'],
  [0x8000_0000, '9'],
] as const
const BG_FLAGS = [
  [0x800_0000, '2'],
  [0x400_0000, '3'],
  [0x4000_0000, '53'],
] as const

/** Gathers UTF-8. */
class ByteWriter {
  #bytes = Buffer.allocUnsafeSlow(64 * 1024)
  #length = 0

  #makeRoom(size: number): void {
    if (this.#length + size <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#bytes.length, this.#length + size))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }

  codePoint(code: number): void {
    if (code >= 0x80) return this.text(String.fromCodePoint(code))
    this.#makeRoom(1)
    this.#bytes[this.#length] = code
    this.#length += 1
  }

  text(text: string): void {
    this.#makeRoom(3 * text.length)
    this.#length += this.#bytes.write(text, this.#length, 'utf8')
  }

  end(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }
}

/** SGR parameters of a colour; `base` is 30 or 40. */
function colour(word: number, base: number): string {
  const value = word & 0xff
  switch (word & COLOR_MODE) {
    case 0:
      return ''
    case COLOR_P16:
      return `;${value < 8 ? base + value : base + 52 + value}`
    case COLOR_P256:
      return `;${base + 8};5;${value}`
    default:
      return `;${base + 8};2;${(word >>> 16) & 0xff};${(word >>> 8) & 0xff};${value}`
  }
}

function underline(extended: Extended | undefined): string {
  if (extended === undefined) return ';4'
  const { underlineStyle, underlineColor: word } = extended
  const style = underlineStyle > 1 ? `;4:${underlineStyle}` : ';4'
  const mode = word & COLOR_MODE
  if (mode === 0) return style
  if (mode !== COLOR_MODE) return `${style};58:5:${word & 0xff}`
  return `${style};58:2::${(word >>> 16) & 0xff}:${(word >>> 8) & 0xff}:${word & 0xff}`
}

/** SGR that sets exactly these attributes, whatever was set before. */
function sgr(fg: number, bg: number, extended: Extended | undefined): string {
  let parameters = ''
  for (const [flag, parameter] of FG_FLAGS) if ((fg & flag) !== 0) parameters += `;${parameter}`
  for (const [flag, parameter] of BG_FLAGS) if ((bg & flag) !== 0) parameters += `;${parameter}`
  if ((fg & UNDERLINE) !== 0) parameters += underline(extended)
  return `\x1b[0${parameters}${colour(fg, 30)}${colour(bg, 40)}m`
}

/** A link draws its own underline, and links of output are not shown: its attributes are the text's alone. */
const extendedOf = (bg: number, extended: Extended | undefined): Extended | undefined =>
  (bg & HAS_EXTENDED) === 0 || extended === undefined || extended.urlId !== 0 ? undefined : extended

const sgrOf = ({ fg, bg, extended }: Attributes): string => sgr(fg, bg, extendedOf(bg, extended))

/**
 * Whether a cell is the second one of a wide character. It may hold another one that cannot be seen, which was written
 * over it in the last column by a program that does not wrap.
 */
const isRightHalf = ({ _data: data }: Line, x: number): boolean =>
  x > 0 && (data[(x - 1) * 3] as number) >>> WIDTH_SHIFT === 2

/** Whether a cell shows a character: not where a narrower window cut a wide one in two. */
function hasCharacter({ _data: data }: Line, cols: number, x: number): boolean {
  const content = data[x * 3] as number
  return (content & HAS_CONTENT) !== 0 && x + (content >>> WIDTH_SHIFT) <= cols
}

/** Columns of text up to its last cell that shows anything. */
function columnsOf(line: Line, cols: number): number {
  const { _data: data } = line
  for (let x = cols - 1; x >= 0; x -= 1) {
    const at = x * 3
    if (hasCharacter(line, cols, x)) return x + ((data[at] as number) >>> WIDTH_SHIFT)
    if (((data[at + 2] as number) & COLOR) !== 0) return x + 1
  }
  return 0
}

/**
 * The cells of a line from column `from` to `to` as terminal bytes, for a cursor that stands there on an empty line. Begins
 * and ends with default attributes.
 */
function drawCells(out: ByteWriter, line: Line, cols: number, from = 0, to = cols): void {
  const { _data: data, _combined: combined, _extendedAttrs: attributes } = line
  let fg = 0
  let bg = 0
  let extended: Extended | undefined
  let empty = 0
  let emptyColour = 0
  const setStyle = (newFg: number, newBg: number, newExtended?: Extended) => {
    if (newFg === fg && newBg === bg && newExtended === extended) return
    out.text(sgr(newFg, newBg, newExtended))
    fg = newFg
    bg = newBg
    extended = newExtended
  }
  const passEmpty = (more: boolean) => {
    if (empty === 0) return
    if (emptyColour !== 0) {
      setStyle(0, emptyColour)
      out.text(`\x1b[${empty}X`)
    }
    if (more) out.text(`\x1b[${empty}C`)
    empty = 0
  }
  for (let x = from; x < to; x += 1) {
    const at = x * 3
    const content = data[at] as number
    const cellBg = data[at + 2] as number
    if (isRightHalf(line, x)) continue
    if (!hasCharacter(line, cols, x)) {
      const cellColour = cellBg & COLOR
      if (cellColour !== emptyColour) passEmpty(true)
      emptyColour = cellColour
      empty += 1
      continue
    }
    passEmpty(true)
    setStyle(data[at + 1] as number, cellBg, extendedOf(cellBg, attributes[x]))
    if ((content & COMBINED) !== 0) out.text(combined[x] as string)
    else out.codePoint(content & CODEPOINT)
  }
  passEmpty(false)
  setStyle(0, 0)
}

/** Whether the next line's first character, put behind this line's last one, wraps by itself and leaves an empty line. */
function wrapsByItself(line: Line, cols: number, columns: number, next: Line): boolean {
  if (!hasCharacter(next, cols, 0) || ((next._data[2] as number) & COLOR) !== 0) return false
  const end = cols - 1
  if (columns === cols) return hasCharacter(line, cols, end) || isRightHalf(line, end)
  return columns === end && (next._data[0] as number) >>> WIDTH_SHIFT === 2
}

/** Wraps after a line whose end was erased, or whose continuation was: both ends are filled, and then made anew. */
function wrapByForce(out: ByteWriter, line: Line, cols: number): void {
  const last = isRightHalf(line, cols - 1) ? cols - 2 : cols - 1
  out.text(`\x1b[${cols}G--\b\x1b[X\x1b[A\x1b[${last + 1}G\x1b[${cols - last}X`)
  drawCells(out, line, cols, last)
  out.text('\r\x1b[B')
}

/** Lines one below the other, from `from` to before `to`, the first one in the first column of an empty line. */
function drawLines(out: ByteWriter, lines: Screen['lines'], cols: number, from: number, to = lines.length): void {
  let line = lines.get(from)
  for (let y = from + 1; y <= to; y += 1) {
    const columns = columnsOf(line, cols)
    drawCells(out, line, cols, 0, columns)
    if (y === to) break
    const next = lines.get(y)
    if (!next.isWrapped) out.text('\r\n')
    else if (!wrapsByItself(line, cols, columns, next)) wrapByForce(out, line, cols)
    line = next
  }
}

/** Puts the cursor at a column and a row, counted from 0; column `cols` is behind a full line, before it wraps. */
function putCursor(out: ByteWriter, screen: Screen, cols: number, x: number, y: number, top = 0): void {
  const put = (column: number) => out.text(`\x1b[${Math.max(0, y - top) + 1};${column + 1}H`)
  if (x < cols) return put(x)
  // Only a character that is written there brings it there.
  const line = screen.lines.get(screen.ybase + y)
  const column = isRightHalf(line, cols - 1) ? cols - 2 : cols - 1
  put(column)
  if (hasCharacter(line, cols, column)) drawCells(out, line, cols, column)
  else out.text(`${sgr(0, (line._data[column * 3 + 2] as number) & COLOR, undefined)} \x1b[m`)
}

/** Lines, scroll region and what a program saved with DECSC. */
function drawScreen(out: ByteWriter, screen: Screen, cols: number, rows: number, from = 0): void {
  drawLines(out, screen.lines, cols, from)
  const { savedX, savedY, savedCurAttrData: saved, ybase } = screen
  if (savedX !== 0 || savedY !== 0 || saved.fg !== 0 || saved.bg !== 0) {
    putCursor(out, screen, cols, Math.min(savedX, cols), Math.min(rows - 1, Math.max(0, savedY - ybase)))
    out.text(`${sgrOf(saved)}\x1b7\x1b[m`)
  }
  if (screen.scrollTop !== 0 || screen.scrollBottom !== rows - 1)
    out.text(`\x1b[${screen.scrollTop + 1};${screen.scrollBottom + 1}r`)
}

const MOUSE_TRACKING = { none: '', x10: '\x1b[?9h', vt200: '\x1b[?1000h', drag: '\x1b[?1002h', any: '\x1b[?1003h' }

function drawModes({ modes }: headless.Terminal, inside: Inside): string {
  const { coreService, coreMouseService } = inside
  let text = ''
  if (modes.applicationCursorKeysMode) text += '\x1b[?1h'
  if (modes.applicationKeypadMode) text += '\x1b='
  if (modes.bracketedPasteMode) text += '\x1b[?2004h'
  if (modes.insertMode) text += '\x1b[4h'
  if (modes.reverseWraparoundMode) text += '\x1b[?45h'
  if (modes.sendFocusMode) text += '\x1b[?1004h'
  if (!modes.wraparoundMode) text += '\x1b[?7l'
  text += MOUSE_TRACKING[modes.mouseTrackingMode]
  if (coreMouseService.activeEncoding === 'SGR') text += '\x1b[?1006h'
  if (coreMouseService.activeEncoding === 'SGR_PIXELS') text += '\x1b[?1016h'
  const style = ['block', 'underline', 'bar'].indexOf(coreService.decPrivateModes.cursorStyle ?? '')
  if (style >= 0) text += `\x1b[${style * 2 + (coreService.decPrivateModes.cursorBlink === false ? 2 : 1)} q`
  if (coreService.isCursorHidden) text += '\x1b[?25l'
  return text
}

/** Character sets of line drawing (VT100 "special graphics"), where a program left one on. */
function drawCharacterSets({ _charsetService: { glevel, charset, _charsets: sets } }: Inside): string {
  let text = ''
  for (const [level, designator] of ['(', ')'].entries())
    if ((level === glevel ? charset : sets[level])?.['q'] === '─') text += `\x1b${designator}0`
  return glevel === 1 ? `${text}\x0e` : text
}

const insideOf = (terminal: headless.Terminal): Inside => (terminal as unknown as { _core: Inside })._core

/** How many lines of scroll-back there are, counted to where a text line begins: the rest of one stays with the screen. */
export function scrollbackLines(terminal: headless.Terminal): number {
  const { lines, ybase } = insideOf(terminal).buffers.normal
  let count = ybase
  while (count > 0 && lines.get(count).isWrapped) count -= 1
  return count
}

/** Terminal bytes of the first `count` lines of scroll-back (`scrollbackLines`); `drawTerminal` from there on continues them. */
export function drawScrollback(terminal: headless.Terminal, count: number): Buffer {
  const out = new ByteWriter()
  drawLines(out, insideOf(terminal).buffers.normal.lines, terminal.cols, 0, count)
  out.text('\r\n')
  return out.end()
}

/**
 * Terminal bytes that make a fresh terminal of the same size show what this one shows, with its scroll-back, both screens,
 * cursor, modes and what output after it depends on. Not kept: tab stops that a program set, links, protected cells.
 * `from`: lines at the scroll-back's top that are left out; the first one drawn must begin a text line.
 */
export function drawTerminal(terminal: headless.Terminal, from = 0): Buffer {
  const inside = insideOf(terminal)
  const { cols, rows, modes } = terminal
  const { active, normal, alt } = inside.buffers
  const out = new ByteWriter()
  drawScreen(out, normal, cols, rows, from)
  if (active === alt) {
    // Where the other screen's cursor stands decides what a new size does to it.
    putCursor(out, normal, cols, normal.x, normal.y)
    out.text('\x1b[?1047h\x1b[H') // 1049 would save the cursor once more
    drawScreen(out, alt, cols, rows)
  }
  if (modes.originMode) out.text('\x1b[?6h')
  putCursor(out, active, cols, active.x, active.y, modes.originMode ? active.scrollTop : 0)
  out.text(drawModes(terminal, inside) + drawCharacterSets(inside))
  const { _curAttrData: attributes } = inside._inputHandler
  if (attributes.fg !== 0 || attributes.bg !== 0) out.text(sgrOf(attributes))
  return out.end()
}
