import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { MirrorAway, type MirrorFile } from '../../userland/mirror.ts'
import { traceback } from '../errors.ts'
import { faultIsOn } from '../faults.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { mirrorAway } from './mirror-away.ts'
import { startProgress } from './progress.ts'

/** Copies a file of the mirror into the download folder, with its progress line; an interrupted one leaves nothing. */
export async function download(iocage: Iocage, file: MirrorFile, folder: string, signal: AbortSignal): Promise<void> {
  // A name that no listing takes for the file: what a kill leaves is never mistaken for a whole one.
  const partial = path.join(folder, `.${file.name}.${process.pid}`)
  const progress = startProgress(iocage, file.name, file.bytes)
  let done = 0
  const count = new Transform({
    transform(piece: Buffer, _encoding, next) {
      done += piece.length
      progress.at(done)
      next(faultIsOn('disk-full') ? Object.assign(new Error('disk full'), { code: 'ENOSPC' }) : null, piece)
    },
  })
  try {
    await pipeline(file.open(), count, createWriteStream(partial), { signal })
    renameSync(partial, path.join(folder, file.name))
    progress.done()
  } catch (error) {
    rmSync(partial, { force: true })
    signal.throwIfAborted()
    if (error instanceof MirrorAway) throw mirrorAway(iocage)
    if (isDiskFull(error))
      throw traceback('OSError', `[Errno 28] No space left on device: '${path.join(folder, file.name)}'`)
    throw error
  }
}

const isDiskFull = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOSPC'

/** SHA-256 of a file, as MANIFEST has it. */
export async function checksum(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}
