import 'server-only'
import { headers } from 'next/headers'
import { PARTIAL_HEADER } from './requested-path.ts'

/**
 * Whether a page is asked for by the script of a page that is open, and not as a document. After an action that set a
 * cookie Next renders the open page anew, along with the answer or by asking: at the doors a redirect would then be a second way beside the script's own.
 */
export async function isPartialRequest(): Promise<boolean> {
  return (await headers()).has(PARTIAL_HEADER)
}
