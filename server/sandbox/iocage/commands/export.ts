import { createHash } from 'node:crypto'
import { createReadStream, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { CommandRun } from '../cli/run-command.ts'
import { IocageError } from '../errors.ts'
import { findJail } from '../model/find-jail.ts'
import { runningJails } from '../model/host.ts'
import { kernelName, label } from '../model/jail.ts'
import { packImage, packTree } from '../jails/image-archive.ts'

/** Writes a jail that is down into one archive below `images/`, with its checksum beside it. */
export const run: CommandRun = async (iocage, parsed) => {
  const { out } = iocage
  const [word] = parsed.args
  if (word === undefined)
    throw new IocageError('Usage: iocage export [OPTIONS] JAIL\n\nError: Missing argument "jail".', { status: 2 })
  const jail = findJail(iocage, word)
  const name = label(iocage, jail)
  if ((await runningJails()).has(kernelName(jail)))
    throw new IocageError(`${name} is running, stop the jail before exporting!`)
  const date = new Date().toISOString().slice(0, 10)
  const images = path.join(iocage.root, 'images')
  const image = path.join(images, `${jail.id}_${date}.zip`)
  const work = path.join(images, `.${jail.id}.${process.pid}`)
  mkdirSync(work)
  try {
    out.info(`Exporting dataset: ${jail.dataset}`)
    await packTree(jail.path, path.join(work, jail.id), ['--exclude=./root', '--exclude=./data'])
    out.info(`Exporting dataset: ${jail.dataset}/root`)
    await packTree(path.join(jail.path, 'root'), path.join(work, `${jail.id}_root`))
    out.info(`\nPreparing compressed file: ${image}.`)
    await packImage(work, [jail.id, `${jail.id}_root`], `${work}.zip`)
    renameSync(`${work}.zip`, image)
    const hash = createHash('sha256')
    await pipeline(createReadStream(image), hash)
    writeFileSync(image.replace(/\.zip$/, '.sha256'), hash.digest('hex'))
  } finally {
    rmSync(work, { recursive: true, force: true })
    rmSync(`${work}.zip`, { force: true })
  }
  out.info(`\nExported: ${image}`)
}
