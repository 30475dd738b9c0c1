import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { zfs } from '../../storage/zfs.ts'
import type { CommandRun } from '../cli/run-command.ts'
import { IocageError, traceback } from '../errors.ts'
import { unpackImage, unpackTree } from '../jails/image-archive.ts'
import { linkTag } from '../jails/tags.ts'
import { label, readJail, saveJail } from '../model/jail.ts'

/** Brings an exported jail back; one of that name that is there already is overwritten, as with the real one. */
export const run: CommandRun = async (iocage, parsed) => {
  const { out } = iocage
  const [word] = parsed.args
  if (word === undefined)
    throw new IocageError('Usage: iocage import [OPTIONS] JAIL\n\nError: Missing argument "jail".', { status: 2 })
  const images = parsed.values['path'] ?? path.join(iocage.root, 'images')
  const found = (existsSync(images) ? readdirSync(images) : []).filter(
    (name) => name.startsWith(word) && /_\d{4}-\d{2}-\d{2}\.(zip|tar\.xz)$/.test(name),
  )
  const [image] = found
  if (image === undefined) throw new IocageError(`${word} not found!`)
  if (found.length > 1)
    throw new IocageError([`Multiple images found for ${word}:`, ...found.map((name) => `  ${name}`)].join('\n'))
  const id = image.replace(/_\d{4}-\d{2}-\d{2}\.(zip|tar\.xz)$/, '')
  const work = path.join(iocage.root, 'images', `.${id}.${process.pid}`)
  mkdirSync(work)
  try {
    await unpackImage(path.join(images, image), work)
    for (const [part, below] of [
      [id, ''],
      [`${id}_root`, '/root'],
    ] as const) {
      out.info(`Importing dataset: ${id}${below}`)
      await receive(
        path.join(work, part),
        `${iocage.pool}/iocage/jails/${id}${below}`,
        path.join(iocage.root, 'jails', id + below),
      )
    }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  const jail = readJail(iocage, 'jails', id)
  if (iocage.dialect === '0.9.7') saveJail(iocage, jail, { tag: linkTag(iocage, jail.path, jail.id, jail.tag) })
  out.info(`\nImported: ${label(iocage, jail)}`)
}

/** Puts a part's files into its dataset, which is made anew when it is there. */
async function receive(file: string, dataset: string, folder: string): Promise<void> {
  if (existsSync(folder)) await zfs('destroy', '-r', '-Rf', dataset)
  const made = await zfs('create', '-p', dataset)
  if (made.status !== 0) throw traceback('iocage_lib.zfs.ZFSException', made.stderr.trim())
  await unpackTree(file, folder)
}
