import { closeSync, fchmodSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { dumps } from '../python.ts'

/** A configuration as it stands in a file: any key, any value. */
export type Config = Record<string, unknown>

/** Reads a JSON object; throws where the file is missing, no JSON, or no object. */
export function readConfig(file: string): Config {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${file} holds no object`)
  return value as Config
}

/** Writes a configuration the way iocage does: sorted, four blanks, no final line end, replaced by rename. */
export function writeConfig(file: string, config: Config): void {
  writeWhole(file, dumps(config))
}

/** Replaces a file by rename from a `tmp*` file beside it, mode 0644: a reader sees the old text or the new, whole. */
export function writeWhole(file: string, text: string): void {
  const temporary = path.join(path.dirname(file), `tmp${randomBytes(4).toString('hex')}`)
  const handle = openSync(temporary, 'wx', 0o644)
  try {
    writeSync(handle, text)
    fchmodSync(handle, 0o644)
    fsyncSync(handle)
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw cause
  } finally {
    closeSync(handle)
  }
  renameSync(temporary, file)
}
