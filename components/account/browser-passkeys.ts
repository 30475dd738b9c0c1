'use client'

import { startAuthentication, startRegistration } from '@simplewebauthn/browser'
import { PasskeyAnswer } from '@/lib/account.ts'
import type { WireError } from '@/lib/errors.ts'
import { failure, type Result, success } from '@/lib/result.ts'
import { callRead, ReadError } from '../live/read-query.ts'

type CreationOptions = Parameters<typeof startRegistration>[0]['optionsJSON']
type RequestOptions = Parameters<typeof startAuthentication>[0]['optionsJSON']

/** Has the browser make a passkey; a person who thinks better of it is a failure like others. */
export const makePasskey = (options: Record<string, unknown>): Promise<Result<PasskeyAnswer>> =>
  answerOf(() => startRegistration({ optionsJSON: options as unknown as CreationOptions }))

/** Has the browser use one of its passkeys for this panel. */
export async function askPasskey(): Promise<Result<PasskeyAnswer>> {
  let options: Record<string, unknown>
  try {
    ;({ options } = await callRead('passkey.challenge', {}))
  } catch (error) {
    if (error instanceof ReadError) return failure(error.error)
    throw error
  }
  return answerOf(() => startAuthentication({ optionsJSON: options as unknown as RequestOptions }))
}

async function answerOf(ask: () => Promise<unknown>): Promise<Result<PasskeyAnswer>> {
  try {
    const { id, rawId, type, response, clientExtensionResults, authenticatorAttachment } =
      (await ask()) as PasskeyAnswer
    return success(PasskeyAnswer.parse({ id, rawId, type, response, clientExtensionResults, authenticatorAttachment }))
  } catch (error) {
    return failure(wireErrorOf(error))
  }
}

/** Browsers tell no more than these apart, so that a page learns nothing about what keys there are (WebAuthn 3, 5.1). */
function wireErrorOf(error: unknown): WireError {
  const name = error instanceof Error ? error.name : ''
  const message =
    name === 'InvalidStateError'
      ? 'This device has a passkey for you already.'
      : name === 'NotAllowedError' || name === 'AbortError'
        ? 'No passkey was used.'
        : name === 'SecurityError'
          ? 'Passkeys do not work at this address of the panel.'
          : 'This browser cannot use passkeys.'
  return { code: 'conflict', message, requestId: '' }
}
