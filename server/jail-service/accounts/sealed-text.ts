import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { PanelError } from '@/lib/errors.ts'
import type { KeyFile } from '../key-file.ts'

/** Ciphers that a sealed text may name, in Node's words, all of 256 bits; new ones are of the first kind. */
const CIPHERS = ['aes-256-gcm', 'chacha20-poly1305'] as const
type Cipher = (typeof CIPHERS)[number]
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Encrypts texts that have to be read again: `CIPHER:KEY:TEXT`, where KEY names one of a file and says nothing of it. */
export interface Seals {
  /** `place` says what the text is and whose: nowhere else can it be opened. */
  seal(text: string, place: string): string
  /** Throws `unavailable` when it was sealed under another key, for another place, or changed. */
  open(sealed: string, place: string): string
  /** Whether it is sealed as a new text would be, under the key of this moment. */
  isPresent(sealed: string): boolean
}

/** Seals under the present key of a file; opens under all of them. `cipher` is for new texts. */
export function createSeals(keys: Pick<KeyFile, 'read'>, [cipher]: readonly [Cipher, ...Cipher[]] = CIPHERS): Seals {
  const headOf = (key: string) => `${cipher}:${nameOf(key)}:`
  return {
    seal(text, place) {
      const [key] = keys.read()
      const nonce = randomBytes(NONCE_BYTES)
      const box = createCipheriv(cipher as 'aes-256-gcm', derive(key, cipher), nonce, { authTagLength: TAG_BYTES })
      box.setAAD(Buffer.from(place))
      const parts = [nonce, box.update(text, 'utf8'), box.final()]
      return `${headOf(key)}${Buffer.concat([...parts, box.getAuthTag()]).toString('base64url')}`
    },
    open(sealed, place) {
      const [named, name, data] = sealed.split(':')
      const known = CIPHERS.find((one) => one === named)
      const key = keys.read().find((one) => nameOf(one) === name)
      try {
        if (known === undefined || key === undefined || data === undefined)
          throw new Error(`sealed by ${named} under key ${name}, which is not there`)
        const bytes = Buffer.from(data, 'base64url')
        const nonce = bytes.subarray(0, NONCE_BYTES)
        const box = createDecipheriv(known as 'aes-256-gcm', derive(key, known), nonce, { authTagLength: TAG_BYTES })
        box.setAAD(Buffer.from(place))
        box.setAuthTag(bytes.subarray(-TAG_BYTES))
        return box.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + box.final('utf8')
      } catch (cause) {
        throw new PanelError(
          'unavailable',
          'This second factor cannot be read: its key is another one, or it was changed.',
          {
            hint: 'Root at the host can put back the key’s file, or reset you with --lost-device.',
            cause,
          },
        )
      }
    },
    isPresent: (sealed) => sealed.startsWith(headOf(keys.read()[0])),
  }
}

const nameOf = (key: string): string => createHash('sha256').update(`name of ${key}`).digest('base64url').slice(0, 8)

/** The cipher's own key: none serves two of them. */
const derive = (key: string, cipher: Cipher): Buffer =>
  Buffer.from(hkdfSync('sha256', key, '', `cellblock ${cipher}`, 32))
