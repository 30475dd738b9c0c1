import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import type { CommandRun } from '../cli/run-command.ts'
import { IocageError } from '../errors.ts'
import { fstabLine, plainPath, readFstab, writeFstab, type FstabEntry } from '../jails/fstab-file.ts'
import { findJail } from '../model/find-jail.ts'
import { editFile, mountNow, runningJails, unmountNow } from '../model/host.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { kernelName, label, type Jail } from '../model/jail.ts'
import { drawTable } from '../texttable.ts'

/** Longest mount point of FreeBSD 11. */
const MOUNT_POINT_CHARACTERS = 88

/** Adds, removes, replaces, edits or lists a jail's mounts; a running jail's are changed at once in 1.13. */
export const run: CommandRun = async (iocage, parsed) => {
  const { out } = iocage
  const [word, ...words] = parsed.args
  const replace = parsed.values['replace']
  const action = replace === undefined ? parsed.values['action'] : 'replace'
  if (word === undefined || (words.length === 0 && action !== 'edit' && action !== 'list'))
    throw new IocageError('Please supply an fstab entry or jail!')
  const jail = findJail(iocage, word)
  const entries = readFstab(jail.path)
  if (action === 'list') {
    const rows = entries.map(({ fields }, index) => [String(index), ...fields])
    if (parsed.on('header')) for (const row of rows) out.info(row.join('\t'))
    else
      out.info(
        drawTable(
          ['INDEX', 'FSTAB ENTRY'],
          entries.map(({ text }, index) => [String(index), text]),
        ),
      )
  } else if (action === 'edit') await editFile(path.join(jail.path, 'fstab'))
  else if (action === 'add') await add(iocage, jail, entries, fieldsOf(jail, words))
  else if (action === 'remove') await remove(iocage, jail, entries, words)
  else if (action === 'replace') await replaceEntry(iocage, jail, entries, Number(replace), fieldsOf(jail, words))
  else throw new IocageError('Please supply an fstab entry or jail!')
}

/** Six fields from six words, from one quoted entry, or from one path: that folder, read-only, at the same place inside. */
function fieldsOf(jail: Jail, words: readonly string[]): string[] {
  const [only = ''] = words
  const split = words.length === 1 ? only.trim().split(/\s+/) : [...words]
  const fields = split.length === 6 ? split : words.length === 1 ? [only, only, 'nullfs', 'ro', '0', '0'] : undefined
  if (fields === undefined)
    throw new IocageError(
      'Please specify a valid fstab entry!\n\nExample:\n  /the/source /dest FSTYPE FSOPTIONS FSDUMP FSPASS',
    )
  const root = path.join(jail.path, 'root')
  const [source = '', destination = '', ...rest] = fields
  // Only the beginning of the text is looked at: `..` and links pass, as with the real one.
  return [
    source,
    destination.startsWith(root) ? destination : root + (destination.startsWith('/') ? '' : '/') + destination,
    ...rest,
  ]
}

function refuse(iocage: Iocage, jail: Jail, entries: readonly FstabEntry[], fields: readonly string[]): void {
  const [source = '', destination = '', type = ''] = fields
  const root = path.join(jail.path, 'root')
  if (type === 'nullfs' && !source.startsWith('/'))
    throw new IocageError(`Source: ${source} must use an absolute path!`)
  if (type === 'nullfs' && !existsSync(plainPath(source))) throw new IocageError(`Source: ${source} does not exist!`)
  if (!destination.startsWith(root))
    throw new IocageError(`Destination: ${destination} must include jail's mountpoint! (${root})`)
  if (entries.some((entry) => plainPath(entry.fields[1]) === plainPath(destination)))
    throw new IocageError(`Destination: ${destination} already exists!`)
  const folder = plainPath(destination)
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new IocageError(`Destination: ${destination} does not exist or is not a directory.`)
  if (destination.length > MOUNT_POINT_CHARACTERS)
    iocage.out.warn(
      `Destination: ${destination} is longer than ${MOUNT_POINT_CHARACTERS} characters, which older FreeBSD cannot mount.`,
    )
}

async function add(
  iocage: Iocage,
  jail: Jail,
  entries: readonly FstabEntry[],
  fields: readonly string[],
): Promise<void> {
  refuse(iocage, jail, entries, fields)
  writeFstab(jail.path, [...entries.map(({ text }) => text), fstabLine(fields)])
  if (await isLive(iocage, jail)) await mountNow(fields.map(plainPath))
  iocage.out.info(`Successfully added mount to ${label(iocage, jail)}'s fstab`)
}

async function remove(
  iocage: Iocage,
  jail: Jail,
  entries: readonly FstabEntry[],
  words: readonly string[],
): Promise<void> {
  const [only = ''] = words
  const index =
    words.length === 1 && /^\d+$/.test(only)
      ? Number(only)
      : entries.findIndex(({ fields }) => {
          const wanted = fieldsOf(jail, words).map(plainPath)
          return fields.map(plainPath).every((field, at) => field === wanted[at])
        })
  const gone = entries[index]
  if (gone === undefined) throw new IocageError('No matching fstab entry.')
  writeFstab(
    jail.path,
    entries.filter((entry) => entry !== gone).map(({ text }) => text),
  )
  if (await isLive(iocage, jail)) await unmountNow(plainPath(gone.fields[1]))
  iocage.out.info(`Successfully removed mount from ${label(iocage, jail)}'s fstab`)
}

async function replaceEntry(
  iocage: Iocage,
  jail: Jail,
  entries: readonly FstabEntry[],
  index: number,
  fields: readonly string[],
): Promise<void> {
  const old = entries[index]
  if (old === undefined) throw new IocageError(`Index ${index} not found.`)
  refuse(
    iocage,
    jail,
    entries.filter((entry) => entry !== old),
    fields,
  )
  writeFstab(
    jail.path,
    entries.map((entry) => (entry === old ? fstabLine(fields) : entry.text)),
  )
  if (await isLive(iocage, jail)) {
    await unmountNow(plainPath(old.fields[1]))
    await mountNow(fields.map(plainPath))
  }
  iocage.out.info(`Index ${index} replaced.`)
}

/** 0.9.7 changes only the file. */
async function isLive(iocage: Iocage, jail: Jail): Promise<boolean> {
  return iocage.dialect === '1.13' && (await runningJails()).has(kernelName(jail))
}
