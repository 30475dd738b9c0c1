import { existsSync } from 'node:fs'
import path from 'node:path'
import { IocageError } from '../errors.ts'
import type { Iocage } from './iocage-root.ts'
import { readJail, readJails, type Jail } from './jail.ts'
import { compareNames } from './sort.ts'

/**
 * The one jail or template that a word on the command line means. Both dialects match prefixes: 0.9.7 of the UUID
 * (or the whole tag), 1.13 of the name, where a folder of exactly that name wins. Throws when there is none or several.
 */
export function findJail(iocage: Iocage, word: string): Jail {
  return iocage.dialect === '0.9.7' ? findByUuidOrTag(iocage, word) : findByName(iocage, word)
}

function findByUuidOrTag(iocage: Iocage, word: string): Jail {
  const jails = readJails(iocage)
  const tags = new Set<string>()
  for (const { tag } of jails) {
    if (tags.has(tag)) throw new IocageError(`ERROR: Duplicate tag (${tag}) detected!`)
    tags.add(tag)
  }
  const found = jails.filter((jail) => jail.id.startsWith(word) || jail.tag === word)
  const [jail] = found
  if (jail === undefined) throw new IocageError(`${word} not found!`)
  if (found.length > 1) {
    iocage.out.error(`Multiple jails found for ${word}:`)
    for (const each of found.toSorted((a, b) => compareNames(a.tag, b.tag)))
      iocage.out.error(`  ${each.id} (${each.tag})`)
    throw new IocageError('')
  }
  return jail
}

function findByName(iocage: Iocage, word: string): Jail {
  if (word.includes('/')) throw new IocageError(`jail '${word}' not found ('/' not allowed in jail name)!`)
  for (const place of ['jails', 'templates'] as const)
    if (word !== '' && existsSync(path.join(iocage.root, place, word))) return usable(readJail(iocage, place, word))
  const found = readJails(iocage).filter((jail) => jail.folder.startsWith(word))
  const [jail] = found
  if (jail === undefined) throw new IocageError(`jail '${word}' not found!`)
  if (found.length > 1)
    throw new IocageError(
      [
        `Multiple jails found for ${word}:`,
        ...found.toSorted((a, b) => compareNames(a.folder, b.folder)).map((each) => `  ${each.folder} (${each.path})`),
      ].join('\n'),
    )
  return usable(jail)
}

/** A jail whose configuration can be read; otherwise the command ends with the reason. */
function usable(jail: Jail): Jail {
  if (jail.corrupt !== undefined) throw new IocageError(jail.corrupt)
  return jail
}
