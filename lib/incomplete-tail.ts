const ESC = 0x1b
const BEL = 0x07
const CAN = 0x18
const SUB = 0x1a

/** Longest unfinished sequence that is looked for, in bytes; a longer one is drawn as it stands. */
const LOOK_BACK = 16 * 1024

/**
 * How many bytes at the end of a terminal's output are an unfinished escape sequence or UTF-8 character: a screen drawn
 * from the bytes before them can be continued with them. States as in the VT500 parser (vt100.net/emu/dec_ansi_parser).
 */
export function incompleteTail(bytes: Uint8Array): number {
  const escape = bytes.lastIndexOf(ESC)
  // An ESC ends whatever sequence it stands in, so only the last one can be open.
  if (escape >= 0 && bytes.length - escape <= LOOK_BACK && isOpen(bytes.subarray(escape))) return bytes.length - escape
  return openUtf8(bytes)
}

/** Whether the escape sequence at the start of `bytes` goes on beyond their end. */
function isOpen(bytes: Uint8Array): boolean {
  const kind = bytes[1]
  if (kind === undefined) return true
  if (kind === 0x5b)
    return !bytes.subarray(2).some((byte) => (byte >= 0x40 && byte <= 0x7e) || byte === CAN || byte === SUB)
  if (kind === 0x5d) return !bytes.subarray(2).some((byte) => byte === BEL || byte === CAN || byte === SUB)
  // DCS, SOS, PM, APC run to the ST, whose ESC would have been found instead of this one
  if (kind === 0x50 || kind === 0x58 || kind === 0x5e || kind === 0x5f)
    return !bytes.subarray(2).some((byte) => byte === CAN || byte === SUB)
  return !bytes.subarray(1).some((byte) => (byte >= 0x30 && byte <= 0x7e) || byte === CAN || byte === SUB)
}

/** Length of the UTF-8 character that is cut off at the end; 0 when none is. */
function openUtf8(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] as number
    if (byte < 0x80) return 0
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      return length > back ? back : 0
    }
  }
  return 0
}
