import { existsSync, renameSync } from 'node:fs'
import path from 'node:path'
import type { Db } from '../db.ts'
import { inTurn } from '../db.ts'
import type { KeyFile } from '../key-file.ts'
import { openKeyFile } from '../key-file.ts'
import { StartRefusal } from '../start-refusal.ts'
import { createSeals } from './sealed-text.ts'
import { recoveryPlace, secretPlace } from './second-factors.ts'

/** What is sealed under the key, and how it is called. */
const COLUMNS = [
  { table: 'totp', column: 'secret', placeOf: secretPlace },
  { table: 'recovery_code', column: 'sealed', placeOf: recoveryPlace },
] as const

/** The key of what is kept of second factors, in this state folder. */
export function openFactorKey(folder: string): KeyFile {
  const [file, former] = [path.join(folder, 'factor-key'), path.join(folder, 'cookie-secret')]
  // Cookies were signed with it, too, and it was called after that.
  if (!existsSync(file) && existsSync(former)) renameSync(former, file)
  return openKeyFile(file)
}

/**
 * Seals all second factors under a new key and ends the former one. Wherever it is killed, what is sealed has its key in the
 * file: the new one is put beside the former one first, and that goes last, when nothing names it. Throws StartRefusal, and
 * changes nothing, when something cannot be opened.
 */
export function rotateFactorKey(db: Db, keys: KeyFile): void {
  const seals = createSeals(keys)
  const columns = COLUMNS.map(({ table, column, placeOf }) => ({
    placeOf,
    all: db.prepare<[], { userId: string; sealed: string; userName: string | null }>(
      `SELECT user_id AS userId, ${column} AS sealed, username AS userName FROM ${table} LEFT JOIN user ON user.id = user_id`,
    ),
    update: db.prepare(`UPDATE ${table} SET ${column} = ? WHERE user_id = ? AND ${column} = ?`),
  }))
  // In the turn of writers: the service, or another rotation, neither reads nor writes meanwhile.
  const sealAnew = inTurn(db, () => {
    const opened = columns.flatMap(({ all, placeOf, update }) =>
      all.all().map(({ userId, sealed, userName }) => {
        const place = placeOf(userId)
        try {
          return { place, text: seals.open(sealed, place), put: (fresh: string) => update.run(fresh, userId, sealed) }
        } catch (cause) {
          throw new StartRefusal(
            `the second factor of ${userName ?? userId} was sealed under another key, or changed: nothing was done. ` +
              'Put back a copy of the key’s file, or reset that user with --lost-device first.',
            { cause },
          )
        }
      }),
    )
    keys.add()
    for (const { place, text, put } of opened) put(seals.seal(text, place))
  })
  const endFormer = inTurn(db, () => {
    if (!columns.every(({ all }) => all.all().every(({ sealed }) => seals.isPresent(sealed))))
      throw new StartRefusal('another rotation was broken off meanwhile; nothing is lost. Run this again.')
    keys.endFormer()
  })
  sealAnew()
  endFormer()
}
