/**
 * What of a console's output reaches the terminal in which the client runs: what draws, and nothing else (security.md,
 * T9). Device queries the service has answered already; titles, clipboard, links, colours, the printer and the keyboard
 * belong to whoever sits there. Read by the states of the VT500 parser (vt100.net/emu/dec_ansi_parser), not by
 * expressions over the text: what is taken out of the middle of one sequence must not join what stands around it.
 */
export class OutputFilter {
  #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  #state: 'ground' | 'escape' | 'csi' | 'string' = 'ground'
  /** The sequence so far, from its ESC: it comes through when it has ended, or not at all. */
  #held = ''

  /** What comes through of the next bytes; a sequence that is cut off waits for its rest. */
  take(chunk: Uint8Array): Buffer {
    const text = this.#decoder.decode(chunk, { stream: true })
    let out = ''
    for (let at = 0; at < text.length;) {
      if (this.#state === 'ground') {
        SPECIAL.lastIndex = at
        const next = SPECIAL.exec(text)?.index ?? text.length
        out += text.slice(at, next)
        at = next
        if (at === text.length) break
      }
      const code = text.codePointAt(at) ?? 0
      at += code > 0xffff ? 2 : 1
      // An 8-bit control is the same as ESC and a letter (ECMA-48, 5.3).
      if (code >= 0x80 && code < 0xa0) out += this.#next(0x1b) + this.#next(code - 0x40)
      else out += this.#next(code)
    }
    return Buffer.from(out)
  }

  /** Forgets what waits: a drawing begins. */
  reset(): void {
    this.#decoder = new TextDecoder('utf-8', { ignoreBOM: true })
    this.#end()
  }

  #end(): string {
    this.#state = 'ground'
    this.#held = ''
    return ''
  }

  /** What comes through because of this character. */
  #next(code: number): string {
    if (code === ESC) {
      this.#state = 'escape'
      this.#held = '\x1b'
      return ''
    }
    if (this.#state === 'ground') return '' // an ENQ: nothing else comes here
    if (code === CAN || code === SUB) return this.#end()
    if (this.#state === 'string') return code === BEL && this.#held === '\x1b]' ? this.#end() : ''
    // Other controls inside of a sequence are done at once, as if they stood before it.
    if (code < 0x20) return code === ENQ ? '' : String.fromCharCode(code)
    if (code === DEL) return ''
    if (code > DEL) return this.#end()
    const character = String.fromCharCode(code)
    if (this.#state === 'escape' && this.#held === '\x1b' && '[]PX^_'.includes(character)) {
      this.#state = character === '[' ? 'csi' : 'string'
      this.#held += character
      return ''
    }
    if (this.#held.length < HELD_MAX) this.#held += character
    if (code < (this.#state === 'csi' ? 0x40 : 0x30)) return ''
    const sequence = this.#held
    const draws = this.#state === 'csi' ? DRAWING_CSI : DRAWING_ESCAPE
    this.#end()
    return draws.test(sequence) ? sequence : ''
  }
}

const ENQ = 0x05
const BEL = 0x07
const CAN = 0x18
const SUB = 0x1a
const ESC = 0x1b
const DEL = 0x7f
/** Longer than any sequence that draws, in characters; the rest of such a one is dropped with it. */
const HELD_MAX = 200

/** What is not simply printed or done by every terminal alike. */
// eslint-disable-next-line no-control-regex
const SPECIAL = /[\x05\x1b\x80-\x9f]/g

/**
 * Cursor, tabs, character sets, reset. Not DECID (`Z`), which asks; nor what ends UTF-8 (`%@`): bytes of its letters
 * would be controls then.
 */
// eslint-disable-next-line no-control-regex
const DRAWING_ESCAPE = /^\x1b(?:[6-9=>DEHMNOcno|}~]|#[3-68]|[()*+\-./]["%&]?[\x30-\x7e])$/

/**
 * Sequences that move, write, erase or choose how it looks, by their finals (xterm's ctlseqs). `?` sets modes and erases;
 * the prefixes `<`, `=` and `>` are for questions and for the keyboard only.
 */
const DRAWING_CSI = new RegExp(
  [
    String.raw`^\x1b\[(?:`,
    [
      String.raw`[\d;:]*[@A-MPSXZ${'`'}abdefghjklmrsu]`,
      String.raw`\d*T`, // with more numbers it begins to track the mouse
      String.raw`\?[\d;]*[hlrsJK]`,
      String.raw`[\d;]*(?: [@Aq]|!p|"[pq]|\$[rtvxz{]|\*[x|]|'[}~]|#[PQpq{}])`,
    ].join('|'),
    ')$',
  ].join(''),
)
