import { incompleteTail } from '@/lib/incomplete-tail.ts'

/**
 * What of a console's output must not reach the terminal in which the client runs: device queries, which the service has
 * answered already, and whatever reaches beyond the screen: titles, clipboard, colours, links, strings to the printer
 * (security.md, T9). ECMA-48; xterm's ctlseqs.
 */
// eslint-disable-next-line no-control-regex
const CLOSED = new RegExp(
  [
    '\\x1b\\][^\\x07\\x1b]*(?:\\x07|\\x1b\\\\)', // OSC
    '\\x1b[PX^_][^\\x1b]*\\x1b\\\\', // DCS, SOS, PM, APC
    '\\x1b\\[[>=?]?[\\d;]*c', // DA
    '\\x1b\\[[?>]?[\\d;]*n', // DSR
    '\\x1b\\[\\??[\\d;]*\\$p', // DECRQM
    '\\x1b\\[>?[\\d;]*t', // window reports
    '\\x1b\\[>\\d*q', // XTVERSION
    '\\x1bZ', // DECID
    '\\x05', // ENQ
  ].join('|'),
  'g',
)

/** A string that was begun and not ended, also when the first half of its end is there. */
// eslint-disable-next-line no-control-regex
const OPEN_STRING = /\x1b[\]PX^_][^\x07\x1b]*\x1b?$/
/** A string longer than this is given up, in bytes. */
const HELD_MAX_BYTES = 64 * 1024

/** Filters output as it comes: a sequence that is cut off waits for its rest. */
export class OutputFilter {
  #held: Buffer = Buffer.alloc(0)

  take(chunk: Uint8Array): Buffer {
    const all = Buffer.concat([this.#held, chunk])
    const text = all.toString('latin1') // bytes one by one: UTF-8 stays as it is
    const string = text.slice(-HELD_MAX_BYTES).match(OPEN_STRING)
    const open = string === null ? incompleteTail(all) : string[0].length
    this.#held = Buffer.from(all.subarray(all.length - open))
    return Buffer.from(text.slice(0, text.length - open).replaceAll(CLOSED, ''), 'latin1')
  }

  /** Forgets what waits: a drawing begins. */
  reset(): void {
    this.#held = Buffer.alloc(0)
  }
}
