import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { utcTime } from '../python.ts'
import { writeWhole } from '../model/config-file.ts'

/** One mount of a jail's fstab: the line without its remark, and its six fields (blanks still as `\040`). */
export interface FstabEntry {
  text: string
  fields: [string, string, string, string, string, string]
}

/** The mounts in a jail's `fstab`; comments and lines that are no mount are left out. */
export function readFstab(jailPath: string): FstabEntry[] {
  const file = path.join(jailPath, 'fstab')
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.replace(/#.*$/, '').trim())
    .flatMap((text) => {
      const fields = text.split(/\s+/)
      return fields.length === 6 ? [{ text, fields: fields as FstabEntry['fields'] }] : []
    })
}

/** Every line of a jail's `fstab` as it is. */
export function readFstabText(jailPath: string): string[] {
  const file = path.join(jailPath, 'fstab')
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
}

/** A line as iocage adds it, with the remark that says when. */
export function fstabLine(fields: readonly string[]): string {
  return `${fields.map((field) => field.replaceAll(' ', '\\040')).join('\t')} # Added by iocage on ${utcTime()}`
}

/** Rewrites the whole fstab with these lines: remarks and comments of before are lost, as with the real one. */
export function writeFstab(jailPath: string, lines: readonly string[]): void {
  writeWhole(path.join(jailPath, 'fstab'), lines.map((line) => `${line}\n`).join(''))
}

/** A path in a field, blanks as blanks. */
export const plainPath = (field: string): string => field.replaceAll('\\040', ' ')
