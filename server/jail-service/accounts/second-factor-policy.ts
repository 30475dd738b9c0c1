import type { Actor } from '@/lib/account.ts'
import { SecondFactorPolicy } from '@/lib/account.ts'
import type { Role } from '@/lib/capabilities.ts'
import type { Db } from '../db.ts'

const SETTING = 'secondFactorRoles'

/** Which roles must have a second factor. */
export function createSecondFactorPolicy(db: Db) {
  const row = db.prepare<[string], { value: string }>('SELECT value FROM setting WHERE name = ?')
  const read = (): SecondFactorPolicy => {
    const known = row.get(SETTING)
    return known === undefined ? { roles: [] } : SecondFactorPolicy.parse(JSON.parse(known.value))
  }
  return {
    read,
    set: ({ roles }: SecondFactorPolicy): void =>
      void db
        .prepare('INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)')
        .run(SETTING, JSON.stringify({ roles: [...new Set(roles)] })),
    requires: (role: Role): boolean => read().roles.includes(role),
    /** What a session of this user has to do first; undefined: nothing. `has`: whether the user has a second factor at all. */
    stepOf(role: Role, session: { strong: boolean }, has: () => boolean): Actor['secondStep'] {
      if (session.strong || !read().roles.includes(role)) return undefined
      return has() ? 'confirm' : 'setUp'
    },
  }
}

export type PolicyOfSecondFactors = ReturnType<typeof createSecondFactorPolicy>
