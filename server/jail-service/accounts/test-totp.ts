import { base32 } from '@better-auth/utils/base32'
import { createOTP } from '@better-auth/utils/otp'

/** What an authenticator app with this secret shows, `steps` of 30 s from now. */
export const codeOf = (secret: string, steps = 0): Promise<string> =>
  createOTP(base32.decode(secret)).hotp(Math.floor(Date.now() / 30_000) + steps)
