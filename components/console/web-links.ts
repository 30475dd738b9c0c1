import type { ILink, ILinkProvider, Terminal } from '@xterm/xterm'

/** Addresses in output: http and https only, without the punctuation that a sentence puts behind them. */
const ADDRESS = /https?:\/\/[^\s"'<>`{}|\\^\p{Cc}]*[^\s"'<>`{}|\\^.,;:!?)\]\p{Cc}]/gu

/** The web addresses in a text with their places. */
export function addressesIn(text: string): { at: number; address: string }[] {
  return [...text.matchAll(ADDRESS)].map((match) => ({ at: match.index, address: match[0] }))
}

/**
 * Underlines web addresses under the pointer and opens one on Ctrl- or Cmd-click, never on a plain click: what a jail
 * prints is not to be trusted with a click into a terminal. The new page learns nothing of this one.
 */
export function webLinks(terminal: Terminal): ILinkProvider {
  return {
    provideLinks(y, callback) {
      const { active } = terminal.buffer
      // The line with those that it wraps from and into.
      let first = y - 1
      while (first > 0 && active.getLine(first)?.isWrapped === true) first -= 1
      const texts: string[] = []
      for (let n = first; texts.length < 20; n += 1) {
        const line = active.getLine(n)
        if (line === undefined || (n > first && !line.isWrapped)) break
        texts.push(line.translateToString(false))
      }
      const { cols } = terminal
      const place = (offset: number) => ({ x: (offset % cols) + 1, y: first + 1 + Math.floor(offset / cols) })
      const links = addressesIn(texts.join('')).map(({ at, address }): ILink => ({
        range: { start: place(at), end: place(at + address.length - 1) },
        text: address,
        activate(event) {
          if (event.ctrlKey || event.metaKey) window.open(address, '_blank', 'noopener,noreferrer')
        },
      }))
      callback(links.filter(({ range }) => range.start.y <= y && range.end.y >= y))
    },
  }
}
