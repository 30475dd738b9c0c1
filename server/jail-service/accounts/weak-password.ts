import { dictionary } from '@zxcvbn-ts/language-common'
import { PanelError } from '@/lib/errors.ts'

/**
 * Of ten million passwords of breaches (Burnett, 2015) those that were in use most, most used first: far more than the 10,000
 * of security.md, as few of those have 12 characters.
 */
const common: ReadonlySet<string> = new Set(dictionary['passwords-common'])

/** Known to everybody who stands before the login. */
const PRODUCT = 'cellblock'

/** Why a password is as good as none, in one sentence; undefined: it will do. Its length is the schema's business. */
export function weaknessOf(password: string, userName: string): string | undefined {
  const text = password.normalize('NFKC').toLowerCase()
  if (common.has(text)) return 'This is one of the passwords that are tried first. Choose another.'
  for (const name of [userName.toLowerCase(), PRODUCT])
    if (text.includes(name) && text.length - name.length < 8)
      return `This is little more than ${name === PRODUCT ? 'the name of this program' : 'the user name'}. Choose another.`
  const unit = /^(.{1,8}?)\1+.{0,7}$/su.exec(text)?.[1]
  if (unit !== undefined && (unit.length < 4 || common.has(unit)))
    return 'This is the same few characters over and over. Choose another.'
  if (isRun(text)) return 'This is a run of characters in their order. Choose another.'
  const bare = text.replace(/^[\d\W_]+|[\d\W_]+$/gu, '')
  if (text.length - bare.length <= 6 && common.has(bare))
    return 'This is a password that is tried first with something around it. Choose another.'
  return undefined
}

/** Whether most characters are the one after, before or same as the last: 123456789012, abcdefabcdef. */
function isRun(text: string): boolean {
  const steps = [...text].map((character, index) => character.charCodeAt(0) - text.charCodeAt(Math.max(0, index - 1)))
  return steps.filter((step) => Math.abs(step) <= 1 || Math.abs(step) === 9).length > text.length * 0.75
}

/** Throws `invalid_input` on the field when a password is as good as none. */
export type RefuseWeakPassword = (password: string, userName: string, field?: string) => void

/** `isBreached`: see breached-passwords.ts. */
export const createRefuseWeakPassword =
  (isBreached: (password: string) => boolean): RefuseWeakPassword =>
  (password, userName, field = 'password') => {
    const message =
      weaknessOf(password, userName) ??
      (isBreached(password) ? 'This password is known from a breach somewhere. Choose another.' : undefined)
    if (message !== undefined) throw new PanelError('invalid_input', message, { fields: [{ path: field, message }] })
  }
