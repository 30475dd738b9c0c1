import type { Auth } from './auth.ts'
import { hashPassword } from './password-hash.ts'

/** Gives a user this password, whether there was one before or not. */
export async function setPassword(auth: Auth, userId: string, password: string): Promise<void> {
  const hash = await hashPassword(password)
  const { internalAdapter } = await auth.$context
  if ((await internalAdapter.findCredentialAccount(userId)) === null)
    await internalAdapter.linkAccount({ userId, providerId: 'credential', accountId: userId, password: hash })
  else await internalAdapter.updatePassword(userId, hash)
}
