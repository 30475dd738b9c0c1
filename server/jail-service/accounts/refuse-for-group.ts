import { PanelError } from '@/lib/errors.ts'
import type { Accounts } from './accounts.ts'

/**
 * Throws `conflict` for a user who was made for a group at the provider: a way in of its own would outlast the group.
 */
export function refuseForGroup({ oidc, identities }: Pick<Accounts, 'oidc' | 'identities'>, userId: string): void {
  if (identities.linkOf(userId)?.byGroup !== true) return
  throw new PanelError('conflict', `This user comes in by a group at ${oidc?.config.name ?? 'the provider'} only.`, {
    hint: 'An admin can reset the user: it then is one like others, with a link to set a password.',
  })
}
