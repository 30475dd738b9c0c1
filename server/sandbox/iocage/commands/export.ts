import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { zfs } from '../../storage/zfs.ts'
import type { CommandRun } from '../cli/run-command.ts'
import { IocageError, traceback } from '../errors.ts'
import { findJail } from '../model/find-jail.ts'
import { hostFront, runningJails } from '../model/host.ts'
import { kernelName, label } from '../model/jail.ts'
import { packImage } from '../jails/image-archive.ts'

/** Writes a jail that is down into one archive below `images/`, with its checksum beside it. */
export const run: CommandRun = async (iocage, parsed) => {
  const { out } = iocage
  const [word] = parsed.args
  if (word === undefined) throw new IocageError('Usage: iocage export [OPTIONS] JAIL\n\nError: Missing argument "jail".', { status: 2 })
  const jail = findJail(iocage, word)
  const name = label(iocage, jail)
  if ((await runningJails()).has(kernelName(jail))) throw new IocageError(`${name} is running, stop the jail before exporting!`)
  const date = new Date().toISOString().slice(0, 10)
  const images = path.join(iocage.root, 'images')
  const image = path.join(images, `${jail.id}_${date}.zip`)
  const snapshot = `ioc-export-${date}`
  const work = path.join(images, `.${jail.id}.${process.pid}`)
  mkdirSync(work)
  try {
    const taken = await zfs('snapshot', '-r', `${jail.dataset}@${snapshot}`)
    if (taken.status !== 0) throw traceback('iocage_lib.zfs.ZFSException', taken.stderr.trim())
    const parts: string[] = []
    for (const [dataset, part] of [
      [jail.dataset, jail.id],
      [`${jail.dataset}/root`, `${jail.id}_root`],
    ] as const) {
      out.info(`Exporting dataset: ${dataset}`)
      const send = spawn(hostFront('zfs'), ['send', `${dataset}@${snapshot}`], { stdio: ['ignore', 'pipe', 'inherit'] })
      await pipeline(send.stdout, createWriteStream(path.join(work, part)))
      parts.push(part)
    }
    out.info(`\nPreparing compressed file: ${image}.`)
    await packImage(work, parts, `${work}.zip`)
    renameSync(`${work}.zip`, image)
    const hash = createHash('sha256')
    await pipeline(createReadStream(image), hash)
    writeFileSync(image.replace(/\.zip$/, '.sha256'), hash.digest('hex'))
  } finally {
    rmSync(work, { recursive: true, force: true })
    await zfs('destroy', '-r', `${jail.dataset}@${snapshot}`)
  }
  out.info(`\nExported: ${image}`)
}
