import type { OidcLink } from '@/lib/account.ts'
import { PanelError } from '@/lib/errors.ts'
import type { Db } from '../db.ts'
import { inTurn } from '../db.ts'
import type { OidcPerson } from './oidc-client.ts'

interface IdentityRow {
  user_id: string
  account: string
  since: string
  by_group: number
}

/**
 * Which account at the provider is which user here: by issuer and subject, which never change there (OpenID Connect Core
 * 1.0, 2). `issuer`: the present provider's, whose links alone count; undefined: there is no provider.
 */
export function createOidcIdentities(db: Db, issuer: string | undefined, now: () => number = Date.now) {
  const byPerson = db.prepare<[string, string], IdentityRow>(
    'SELECT * FROM oidc_identity WHERE issuer = ? AND subject = ?',
  )
  const byUser = db.prepare<[string, string], IdentityRow>(
    'SELECT * FROM oidc_identity WHERE user_id = ? AND issuer = ?',
  )
  const rowOf = (userId: string) => (issuer === undefined ? undefined : byUser.get(userId, issuer))
  const rename = db.prepare('UPDATE oidc_identity SET account = ? WHERE issuer = ? AND subject = ? AND account <> ?')
  return {
    /** Whose account it is; undefined: nobody's here. */
    find(person: Pick<OidcPerson, 'issuer' | 'subject'>): { userId: string; byGroup: boolean } | undefined {
      const row = byPerson.get(person.issuer, person.subject)
      return row === undefined ? undefined : { userId: row.user_id, byGroup: row.by_group === 1 }
    },
    /** A user's account at the provider; null: there is none. */
    linkOf(userId: string): OidcLink | null {
      const row = rowOf(userId)
      return row === undefined ? null : { account: row.account, since: row.since, byGroup: row.by_group === 1 }
    },
    /** The account lets in this user from now on. Throws `conflict` when it lets in another one, or the user has one. */
    link: inTurn(db, (userId: string, { subject, account, ...person }: OidcPerson, byGroup: boolean): void => {
      if (byPerson.get(person.issuer, subject) !== undefined)
        throw new PanelError('conflict', `The account ${account} lets in a user here already.`, {
          hint: 'Log in with it, or take another one.',
        })
      if (rowOf(userId) !== undefined)
        throw new PanelError('conflict', 'There is a linked account already.', { hint: 'Unlink it first.' })
      // Of a provider that is none of ours any more.
      db.prepare('DELETE FROM oidc_identity WHERE user_id = ?').run(userId)
      db.prepare(
        'INSERT INTO oidc_identity (issuer, subject, user_id, account, since, by_group) VALUES (?, ?, ?, ?, ?, ?)',
      ).run(person.issuer, subject, userId, account, new Date(now()).toISOString(), Number(byGroup))
    }),
    /** What the provider calls the account by now. */
    noteName: ({ subject, account, ...person }: OidcPerson): void =>
      void rename.run(account, person.issuer, subject, account),
    unlink: (userId: string): void => void db.prepare('DELETE FROM oidc_identity WHERE user_id = ?').run(userId),
  }
}

export type OidcIdentities = ReturnType<typeof createOidcIdentities>
