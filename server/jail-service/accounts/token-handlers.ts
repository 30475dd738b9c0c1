import type { HandlersOf } from '../handlers.ts'
import type { Accounts } from './accounts.ts'
import { visitorOf } from './call-visitor.ts'
import { refuseForGroup } from './refuse-for-group.ts'

/** The verbs with which one manages keys for one's programs. */
export function createTokenHandlers({
  accounts,
}: {
  accounts: Accounts
}): HandlersOf<'token.list' | 'token.create' | 'token.remove'> {
  const { tokens } = accounts
  return {
    'token.list': async (_, context) => ({ tokens: tokens.list(visitorOf(context).actor.userId) }),
    'token.create': async (wanted, context) => {
      const { actor } = visitorOf(context)
      refuseForGroup(accounts, actor.userId)
      return tokens.create(actor, wanted)
    },
    'token.remove': async ({ id }, context) => {
      tokens.remove(visitorOf(context).actor.userId, id)
      return {}
    },
  }
}
