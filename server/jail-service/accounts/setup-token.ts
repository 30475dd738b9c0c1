import { randomBytes, timingSafeEqual, createHash } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'

/** The one-time key to making the first admin: a new one at each start, while there is no account. */
export class SetupToken {
  #hash: Buffer | undefined
  readonly #file: string

  /** `file`: where the launcher finds the token to print its link; its owner's only. */
  constructor(file: string, needed: boolean) {
    this.#file = file
    rmSync(file, { force: true })
    if (!needed) return
    const token = randomBytes(32).toString('base64url')
    this.#hash = digest(token)
    writeFileSync(file, `${token}\n`, { mode: 0o600, flag: 'wx' })
    process.stdout.write(`${JSON.stringify({ setupToken: token })}\n`)
  }

  /** Takes the token out of use if it is the right one; `back` undoes that when the set-up then fails. */
  take(token: string): { back: () => void; done: () => void } | undefined {
    const hash = this.#hash
    if (hash === undefined || !timingSafeEqual(hash, digest(token))) return undefined
    this.#hash = undefined
    return { back: () => (this.#hash = hash), done: () => rmSync(this.#file, { force: true }) }
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
