import { existsSync, lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { traceback } from '../errors.ts'
import type { Iocage } from '../model/iocage-root.ts'
import type { Jail } from '../model/jail.ts'

/** The tag of a jail that was given none: the time it was made, UTC, with microseconds. */
export function dateTag(now = new Date()): string {
  const micro =
    String(now.getMilliseconds()).padStart(3, '0') +
    String(Math.floor(performance.now() * 1000) % 1000).padStart(3, '0')
  return `${now.toISOString().slice(0, 10)}@${now.toISOString().slice(11, 19)}:${micro}`
}

/**
 * Links `tags/TAG` to the jail (0.9.7) and answers the tag it has then: one that is in use becomes the date. A link
 * that leads nowhere is replaced.
 */
export function linkTag(iocage: Iocage, jailPath: string, id: string, tag: string, oldTag?: string): string {
  const tags = path.join(iocage.root, 'tags')
  mkdirSync(tags, { recursive: true })
  const link = path.join(tags, tag)
  const place = statTag(link, jailPath)
  // An empty tag, or one like "..": no link can be made there.
  if (place?.isDirectory() === true)
    throw traceback('FileExistsError', `[Errno 17] File exists: ${arrow(jailPath, link)}`)
  if (place !== undefined && existsSync(link)) {
    const [owner = ''] = readlinkSync(link)
      .split('/')
      .filter((part) => part.length === 36 || part.length === 8)
    const date = dateTag()
    iocage.out.warn(`\n  WARNING: tag: "${tag}" in use by ${owner}!\n  Renaming ${id}'s tag to ${date}.\n`)
    symlinkSync(jailPath, path.join(tags, date))
    return date
  }
  if (!existsSync(path.dirname(link)))
    throw traceback('FileNotFoundError', `[Errno 2] No such file or directory: ${arrow(jailPath, link)}`)
  rmSync(link, { force: true })
  if (oldTag !== undefined) rmSync(path.join(tags, oldTag), { force: true })
  symlinkSync(jailPath, link)
  return tag
}

const arrow = (from: string, to: string) => `'${from}' -> '${to}'`

/** What lies where the link of a tag is to be. */
function statTag(link: string, jailPath: string) {
  try {
    return lstatSync(link, { throwIfNoEntry: false })
  } catch {
    throw traceback('OSError', `[Errno 63] File name too long: ${arrow(jailPath, link)}`)
  }
}

/** Gives a jail another tag; the folder keeps its name. */
export function renameTag(iocage: Iocage, jail: Jail, tag: string): string {
  return linkTag(iocage, jail.path, jail.id, tag, jail.tag)
}

/** Removes the link of a jail that is gone. */
export function unlinkTag(iocage: Iocage, tag: string): void {
  rmSync(path.join(iocage.root, 'tags', tag), { force: true })
}
