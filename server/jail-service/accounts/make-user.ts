import type { Role } from '@/lib/capabilities.ts'
import { PanelError } from '@/lib/errors.ts'
import type { Auth } from './auth.ts'
import { hashPassword } from './password-hash.ts'

/** Makes a user and answers its id. Throws `conflict` when the name is taken. */
export async function makeUser(
  auth: Auth,
  { userName, password, role }: { userName: string; password: string; role: Role },
): Promise<string> {
  const hash = await hashPassword(password)
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
  await internalAdapter.linkAccount({ userId: id, providerId: 'credential', accountId: id, password: hash })
  return id
}
