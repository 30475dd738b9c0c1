import type { IParser } from '@xterm/xterm'

/**
 * Closes what lets a program reach outside its terminal (security.md, T9): titles, clipboard, links, colours of the page,
 * files. Device queries are answered by the service's own terminal, once for all pages, so a page never answers.
 */
export function closeOutlets(parser: IParser): void {
  const swallow = () => true
  for (const code of [0, 1, 2, 4, 7, 8, 9, 10, 11, 12, 52, 104, 110, 111, 112, 633, 777, 1337])
    parser.registerOscHandler(code, swallow)
  // DA1, DA2, DA3, DSR, DECRQM, window reports, XTVERSION
  for (const id of [
    { final: 'c' },
    { prefix: '>', final: 'c' },
    { prefix: '=', final: 'c' },
    { final: 'n' },
    { prefix: '?', final: 'n' },
    { intermediates: '$', final: 'p' },
    { prefix: '?', intermediates: '$', final: 'p' },
    { final: 't' },
    { prefix: '>', final: 'q' },
  ])
    parser.registerCsiHandler(id, swallow)
  // DECRQSS, XTGETTCAP, sixel
  for (const id of [{ intermediates: '$', final: 'q' }, { intermediates: '+', final: 'q' }, { final: 'q' }])
    parser.registerDcsHandler(id, swallow)
}
