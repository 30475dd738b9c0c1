const LF = 0x0a
const CR = 0x0d
const ESC = 0x1b
/** Shift Out and Shift In choose another character set. */
const SO = 0x0e
const SI = 0x0f
/** First byte of U+0080–U+00BF in UTF-8: among them are the C1 controls, which a terminal obeys like escape sequences. */
const C1_LEAD = 0xc2
/** After it, the first that is no C1 control: U+00A0. */
const NO_C1 = 0xa0

/**
 * Whether terminal output can change no mode: characters, line ends, and control characters that move the cursor, ring the
 * bell or do nothing (ECMA-48). It is asked of every byte of a flood: `includes` looks at 16 and more at a time.
 */
export function isPlainText(bytes: Buffer): boolean {
  if (bytes.includes(ESC) || bytes.includes(SO) || bytes.includes(SI)) return false
  for (let at = bytes.indexOf(C1_LEAD); at >= 0; at = bytes.indexOf(C1_LEAD, at + 1))
    if (!((bytes[at + 1] ?? 0) >= NO_C1)) return false
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
