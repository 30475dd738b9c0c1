import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { PasskeyAnswer } from '@/lib/account.ts'

/** Flags of authenticator data (WebAuthn 3, 6.1): user present, user verified, credential data attached. */
const PRESENT = 1
const VERIFIED = 4
const ATTACHED = 64

export interface Lie {
  origin?: string
  rpId?: string
  /** The owner put no finger on it. */
  unverified?: boolean
  counter?: number
}

/** An authenticator in software, with one ES256 key: answers as a browser's would, or as a liar's. */
export class TestAuthenticator {
  readonly #key = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  readonly #id = randomBytes(16)
  #counter = 0

  constructor(readonly origin: string) {}

  /** The answer to what `passkey.begin` asked. */
  make(options: Record<string, unknown>, lie: Lie = {}): PasskeyAnswer {
    const { x = '', y = '' } = this.#key.publicKey.export({ format: 'jwk' })
    // COSE_Key (RFC 9053, 7.1): EC2, ES256, P-256, x, y.
    const cose = Buffer.concat([
      Buffer.from('a5010203262001215820', 'hex'),
      Buffer.from(x, 'base64url'),
      Buffer.from('225820', 'hex'),
      Buffer.from(y, 'base64url'),
    ])
    const length = Buffer.from([0, this.#id.length])
    const data = Buffer.concat([this.#data(lie, ATTACHED), Buffer.alloc(16), length, this.#id, cose])
    // CBOR: { fmt: 'none', attStmt: {}, authData }
    const head = Buffer.from(`a363666d74646e6f6e656761747453746d74a068617574684461746158${byte(data.length)}`, 'hex')
    return this.#answer({
      clientDataJSON: this.#clientData('webauthn.create', options, lie).toString('base64url'),
      attestationObject: Buffer.concat([head, data]).toString('base64url'),
    })
  }

  /** The answer to what `passkey.challenge` asked. */
  use(options: Record<string, unknown>, lie: Lie = {}): PasskeyAnswer {
    this.#counter += 1
    const clientData = this.#clientData('webauthn.get', options, lie)
    const data = this.#data(lie, 0)
    const signed = Buffer.concat([data, createHash('sha256').update(clientData).digest()])
    return this.#answer({
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: sign('sha256', signed, this.#key.privateKey).toString('base64url'),
    })
  }

  #answer(response: Record<string, unknown>): PasskeyAnswer {
    const id = this.#id.toString('base64url')
    return { id, rawId: id, type: 'public-key', response, clientExtensionResults: {} }
  }

  #clientData(type: string, { challenge }: Record<string, unknown>, { origin = this.origin }: Lie): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  }

  #data(
    { rpId = new URL(this.origin).hostname, unverified = false, counter = this.#counter }: Lie,
    flags: number,
  ): Buffer {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    const bits = PRESENT | flags | (unverified ? 0 : VERIFIED)
    return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.from([bits]), count])
  }
}

const byte = (value: number): string => value.toString(16).padStart(2, '0')
