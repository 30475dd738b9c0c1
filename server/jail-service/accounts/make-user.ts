import type { Role } from '@/lib/capabilities.ts'
import { PanelError } from '@/lib/errors.ts'
import type { Accounts } from './accounts.ts'
import { hashPassword } from './password-hash.ts'

/** Makes a user, without a password where an invitation brings it, and answers its id. Throws `conflict` when the name is taken. */
export async function makeUser(
  { auth, refuseWeakPassword }: Pick<Accounts, 'auth' | 'refuseWeakPassword'>,
  { userName, password, role }: { userName: string; password: string | undefined; role: Role },
): Promise<string> {
  if (password !== undefined) refuseWeakPassword(password, userName)
  const hash = password === undefined ? undefined : await hashPassword(password)
  const { internalAdapter, adapter } = await auth.$context
  const taken = await adapter.findOne({ model: 'user', where: [{ field: 'username', value: userName }] })
  if (taken !== null)
    throw new PanelError('conflict', `The name ${userName} is taken.`, {
      hint: 'Choose another one.',
      fields: [{ path: 'userName', message: 'This name is taken.' }],
    })
  const { id } = await internalAdapter.createUser(
    {
      ...{ username: userName, displayUsername: userName, name: userName, role },
      email: `${userName}@cellblock.invalid`, // the library wants one; RFC 2606 keeps this from ever being real
      emailVerified: true,
    },
    { method: 'email-password' },
  )
  if (hash !== undefined)
    await internalAdapter.linkAccount({ userId: id, providerId: 'credential', accountId: id, password: hash })
  return id
}
