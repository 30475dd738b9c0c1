import { z } from 'zod'

/** Whether a text is an address of this panel and of no other: what a login may send one back to. */
export const isOwnPath = (text: string): boolean =>
  text.startsWith('/') && URL.canParse(text, 'http://panel') && new URL(text, 'http://panel').origin === 'http://panel'

/** A page of this panel to go to after a login. */
export const OwnPath = z.string().max(2_000).refine(isOwnPath, 'This is no page of the panel.')
