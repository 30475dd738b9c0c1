import { spawn } from 'node:child_process'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { finished } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { mustRun, run } from '../storage/run.ts'

const BLOCK = 512

/**
 * The end of a tar archive is blocks of zeros, which would hide what is joined behind it.
 * Holds back the zeros at the end of what passes and drops them.
 */
function withoutEnd(): Transform {
  let zeros = 0
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      let end = piece.length
      while (end > 0 && piece[end - 1] === 0) end--
      if (end > 0) {
        if (zeros > 0) this.push(Buffer.alloc(zeros))
        zeros = 0
        this.push(piece.subarray(0, end))
      }
      zeros += piece.length - end
      done()
    },
    flush(done) {
      // Fill the last entry's block; `zeros` counts its padding and the end blocks together.
      this.push(Buffer.alloc(zeros % BLOCK))
      done()
    },
  })
}

const hasZstd = () => ['/usr/bin/zstd', '/bin/zstd'].some((file) => existsSync(file))

/**
 * Packs everything in `folder` into `archive` and answers how many entries that is. One that is not the `last` part
 * can have another joined behind it. Packed for speed: with zstd where the machine has it; tar(1) finds out by itself.
 */
export async function archiveFolder(folder: string, archive: string, { last }: { last: boolean }): Promise<number> {
  const tar = spawn(
    'tar',
    ['--sort=name', '--numeric-owner', '--owner=0', '--group=0', '-b1', '-C', folder, '-cf', '-', '.'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const ended = new Promise<number>((resolve, reject) => {
    tar.on('error', reject).on('close', (code) => resolve(code ?? 1))
  })
  const source = last ? tar.stdout : tar.stdout.pipe(withoutEnd())
  if (hasZstd()) {
    const zstd = spawn('zstd', ['-q', '-1', '-T0'], { stdio: ['pipe', 'pipe', 'inherit'] })
    await Promise.all([pipeline(source, zstd.stdin), pipeline(zstd.stdout, createWriteStream(archive))])
  } else await pipeline(source, createGzip({ level: 1 }), createWriteStream(archive))
  if ((await ended) !== 0) throw new Error(`${folder} could not be packed`)
  const names = await mustRun('find', [folder, '-printf', '.'])
  return names.length
}

/** Appends archive `second` to `first`; both formats allow several streams in one file. */
export async function joinArchives(first: string, second: string): Promise<void> {
  const target = createWriteStream(first, { flags: 'a' })
  await pipeline(createReadStream(second), target)
  await finished(target)
}

/**
 * Unpacks `archive` into the existing folder `into`, owners and modes as packed; throws with tar's first words.
 * Ends tar when `signal` is aborted.
 */
export async function extract(archive: string, into: string, signal?: AbortSignal): Promise<void> {
  const { status, stderr } = await run('tar', ['--numeric-owner', '-xpf', archive, '-C', into], '/', signal)
  signal?.throwIfAborted()
  if (status !== 0) throw new Error(stderr.trim().split('\n')[0] ?? `tar failed (${status})`)
}
