import { LINK_PATHS } from '@/lib/paths.ts'

/**
 * Runs before any library and makes them fit the policy in proxy.ts: style elements that they make (notices, the
 * terminal) get the page's nonce, and zod does not try to compile its schemas with `new Function`. What a link brought
 * to one of the doors is taken out of the address before anything notes where the page is (use-link-token.ts); a provider
 * that knows no fragment sends its answer in the query.
 */
export const FIRST_SCRIPT = `(()=>{
const nonce = document.currentScript.nonce
const create = document.createElement.bind(document)
document.createElement = (name, options) => {
  const element = create(name, options)
  if (String(name).toLowerCase() === 'style') element.setAttribute('nonce', nonce)
  return element
}
globalThis.__zod_globalConfig = { jitless: true }
const { pathname, hash, search } = location
const brought = (hash || (pathname === '${LINK_PATHS.providerReturn}' ? search : '')).slice(1)
if (brought !== '' && ${JSON.stringify(Object.values(LINK_PATHS))}.includes(pathname)) {
  globalThis.cellblockLink = brought
  history.replaceState(null, '', pathname)
}
})()`
