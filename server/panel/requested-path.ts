/** Header in which proxy.ts tells the pages which address was asked for; a visitor's own is dropped in main.ts. */
export const REQUESTED_PATH_HEADER = 'x-cellblock-path'

/** Header in which main.ts tells the pages that Next's own script asks; Next hides its `rsc` from them. */
export const PARTIAL_HEADER = 'x-cellblock-partial'

/** Whether a text is an address of this panel and of no other: what a login may send one back to. */
export const isOwnPath = (text: string): boolean =>
  text.startsWith('/') && URL.canParse(text, 'http://panel') && new URL(text, 'http://panel').origin === 'http://panel'
