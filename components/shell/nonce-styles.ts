/**
 * Runs before any library: style elements that libraries make (notices, the terminal) get the page's nonce, without
 * which the policy in proxy.ts refuses them.
 */
export const NONCE_STYLES = `(()=>{
const nonce = document.currentScript.nonce
const create = document.createElement.bind(document)
document.createElement = (name, options) => {
  const element = create(name, options)
  if (String(name).toLowerCase() === 'style') element.setAttribute('nonce', nonce)
  return element
}
})()`
