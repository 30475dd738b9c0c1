import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { replaceFile, syncFolder } from './durable-file.ts'
import { StartRefusal } from './start-refusal.ts'

/**
 * Keys of 256 bits in a file, one a line: the present one, under which all new things are made, and in the course of a
 * rotation the former ones. It is read at each use, so that a rotation by another process counts at once.
 */
export interface KeyFile {
  /** Whether the file was made just now. */
  readonly isNew: boolean
  /** The present key, then former ones. Throws StartRefusal when the file holds something else: with an empty one anybody could sign. */
  read(): readonly [string, ...string[]]
  /** Makes a new key the present one; the others stay. */
  add(): void
  /** Ends all keys but the present one. */
  endFormer(): void
}

/** The keys in this file, which is made when it is not there; readable by its owner alone, and on the disk before it is used. */
export function openKeyFile(file: string): KeyFile {
  function write(keys: readonly string[]): void {
    replaceFile(file, keys.join('\n'))
    syncFolder(path.dirname(file))
  }
  function read(): readonly [string, ...string[]] {
    const [present = '', ...former] = readFileSync(file, 'utf8').trim().split('\n')
    if (![present, ...former].every((key) => /^[\w-]{43,}$/.test(key)))
      throw new StartRefusal(`${file} holds no secret: it was emptied or cut off. Put back a copy of it.`)
    return [present, ...former]
  }
  const newKey = () => randomBytes(32).toString('base64url')
  const isNew = !existsSync(file)
  if (isNew) write([newKey()])
  read()
  return {
    isNew,
    read,
    add: () => write([newKey(), ...read()]),
    endFormer: () => write([read()[0]]),
  }
}
