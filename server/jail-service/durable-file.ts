import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs'

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
