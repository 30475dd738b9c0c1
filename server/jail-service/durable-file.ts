import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { StartRefusal } from './start-refusal.ts'

/**
 * Puts a text in the place of a file, readable by its owner alone. A machine that loses power finds the old one or the new
 * one, whole; which of them is certain only after `syncFolder`.
 */
export function replaceFile(file: string, text: string): void {
  // Its contents before its name: else there may be an empty file of that name.
  writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true })
  renameSync(`${file}.new`, file)
}

/** Puts the names in a folder on the disk, which syncing their files does not, fsync(2). */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * The secret of 256 bits in a file, made once and on the disk before it is used. Throws StartRefusal when the file holds
 * none: with an empty one anybody could sign.
 */
export function secretInFile(file: string): { secret: string; isNew: boolean } {
  const isNew = !existsSync(file)
  if (isNew) {
    replaceFile(file, randomBytes(32).toString('base64url'))
    syncFolder(path.dirname(file))
  }
  const secret = readFileSync(file, 'utf8').trim()
  if (!/^[\w-]{43,}$/.test(secret))
    throw new StartRefusal(`${file} holds no secret: it was emptied or cut off. Put back a copy of it.`)
  return { secret, isNew }
}
