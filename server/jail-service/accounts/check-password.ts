import type { Auth } from './auth.ts'
import { hashPassword, verifyPassword } from './password-hash.ts'

async function passwordHashOf(auth: Auth, userId: string): Promise<string | undefined> {
  const account = await (await auth.$context).internalAdapter.findCredentialAccount(userId)
  return account?.password ?? undefined
}

/** Id of the user with this name and password; undefined when either is wrong, after the same time in all cases. */
export async function checkPassword(auth: Auth, userName: string, password: string): Promise<string | undefined> {
  const { adapter } = await auth.$context
  const user = await adapter.findOne<{ id: string }>({
    model: 'user',
    where: [{ field: 'username', value: userName.toLowerCase() }],
  })
  const hash = user === null ? undefined : await passwordHashOf(auth, user.id)
  if (user === null || hash === undefined) {
    await hashPassword(password)
    return undefined
  }
  return (await verifyPassword({ hash, password })) ? user.id : undefined
}

/** Whether a user can log in by a password at all. */
export const hasPassword = async (auth: Auth, userId: string): Promise<boolean> =>
  (await passwordHashOf(auth, userId)) !== undefined
