import type { Accounts } from './accounts.ts'

/** Whether a login at the provider proves as much as is asked for here: not for who has an app, unless it counts as two factors. */
export const oidcConfirms = ({ oidc, factors }: Pick<Accounts, 'oidc' | 'factors'>, userId: string): boolean =>
  oidc !== undefined && (oidc.config.secondFactor === 'provider' || factors.since(userId) === null)
