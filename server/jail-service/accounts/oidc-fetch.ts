import type { CustomFetchOptions } from 'openid-client'
import { isSafeAddress } from './oidc-config.ts'

/** Longest wait for an answer of the provider, in milliseconds, and largest answer, in bytes. */
const ANSWER_MS = 10_000
const ANSWER_MAX_BYTES = 256 * 1024

/** The provider does not answer as it should: for the log; people are told less. */
export class ProviderUnreachable extends Error {
  override name = 'ProviderUnreachable'
}

/**
 * The only way out of the service: asks at addresses that `mayAsk` allows, over TLS, follows no redirect, and takes answers
 * of bounded size and time. Throws ProviderUnreachable.
 */
export const createOidcFetch =
  (mayAsk: (address: string) => boolean, answerMs = ANSWER_MS) =>
  async (address: string, { method, headers, body }: CustomFetchOptions): Promise<Response> => {
    const url = new URL(address)
    if (!isSafeAddress(url) || !mayAsk(url.href))
      throw new ProviderUnreachable(`${url.origin}${url.pathname} is no address of the provider’s`)
    try {
      const answer = await fetch(url, {
        ...{ method, headers, redirect: 'error', signal: AbortSignal.timeout(answerMs) },
        body: (body ?? null) as BodyInit | null,
      })
      return new Response(await bounded(answer), { status: answer.status, headers: answer.headers })
    } catch (cause) {
      if (cause instanceof ProviderUnreachable) throw cause
      throw new ProviderUnreachable(`${url.origin} does not answer`, { cause })
    }
  }

async function bounded(answer: Response): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of answer.body ?? []) {
    parts.push(part)
    length += part.byteLength
    if (length > ANSWER_MAX_BYTES) throw new ProviderUnreachable('the answer is too large')
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return whole
}
