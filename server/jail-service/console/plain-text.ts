const BACKSPACE = 0x08
const TAB = 0x09
const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const DEL = 0x7f
/** First byte of U+0080–U+00BF in UTF-8: among them are the C1 controls, which a terminal obeys like escape sequences. */
const C1_LEAD = 0xc2

/** Whether terminal output is nothing but characters, line ends, tabs and backspaces: it can change no mode. */
export function isPlainText(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number
    if (byte < SPACE) {
      if (byte !== LF && byte !== CR && byte !== TAB && byte !== BACKSPACE) return false
    } else if (byte === DEL) return false
    else if (byte === C1_LEAD && !((bytes[at + 1] ?? 0) >= 0xa0)) return false
  }
  return true
}

/**
 * Where plain output begins that still matters to a terminal that keeps `lines` lines: at the carriage return before its
 * last `lines` line feeds. What stands before has scrolled away for good. 0 when all matters. The output may be in
 * pieces; the answer is an offset into all of them together.
 */
export function lastLinesOf(pieces: readonly Uint8Array[], lines: number): number {
  let found = 0
  let offset = pieces.reduce((sum, { length }) => sum + length, 0)
  for (let index = pieces.length - 1; index >= 0; index -= 1) {
    const piece = pieces[index] as Uint8Array
    offset -= piece.length
    for (let at = piece.lastIndexOf(LF); at >= 0; at = at === 0 ? -1 : piece.lastIndexOf(LF, at - 1)) {
      found += 1
      // A bare line feed keeps the column; the cut must be where it is known.
      if (found > lines && at > 0 && piece[at - 1] === CR) return offset + at - 1
    }
  }
  return 0
}
