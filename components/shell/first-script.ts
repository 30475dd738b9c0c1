/**
 * Runs before any library and makes them fit the policy in proxy.ts: style elements that they make (notices, the
 * terminal) get the page's nonce, and zod does not try to compile its schemas with `new Function`.
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
})()`
