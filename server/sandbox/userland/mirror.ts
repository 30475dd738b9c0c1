import { createHash } from 'node:crypto'
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { storageContext } from '../storage/context.ts'
import { withLock } from '../storage/lock.ts'
import { archiveFolder, joinArchives } from './archive.ts'
import { releaseFiles } from './make-base.ts'
import { type OfferedRelease, offeredReleases } from './releases.ts'
import { sharedBase } from './shared-base.ts'
import { file, writeTree } from './tree-file.ts'

/** The mirror has no such release (HTTP's 404). */
export class ReleaseNotFound extends Error {
  override name = 'ReleaseNotFound'
}

/** Nobody answers at the mirror (the fault `mirror-away`). */
export class MirrorAway extends Error {
  override name = 'MirrorAway'
}

/** A file of a release on the mirror. */
export interface MirrorFile {
  /** `base.txz` */
  name: string
  bytes: number
  /** What its content should hash to, in hexadecimal; of MANIFEST itself too. */
  sha256: string
  /** Its content at the mirror's pace; fails with MirrorAway when the mirror goes away on the way. */
  open(): Readable
}

/** A release on the mirror. */
export interface Mirror {
  release: OfferedRelease
  /** MANIFEST first, then what it lists. */
  files: MirrorFile[]
}

/** Bytes per second where CELLBLOCK_MIRROR_RATE says nothing: a release takes three to five seconds. */
const DEFAULT_RATE = 12_000_000
const PIECE_BYTES = 256 * 1024

/** The sets of a release beside its base, and what MANIFEST says of them. */
const SETS: readonly (readonly [name: string, description: string, selected: string])[] = [
  ['base', 'Base system (MANDATORY)', 'on'],
  ['doc', 'Documentation', 'off'],
  ['lib32', '32-bit compatibility libraries', 'on'],
  ['src', 'System source tree', 'off'],
]

const fault = (name: string) => existsSync(path.join(storageContext().paths.faults, name))

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/** What is in a forged base and in no real one. */
export const FORGED_FILE = 'var/db/forged'

/** Puts a release's files on the mirror, once: its own part of base and the shared one make one archive. */
async function publish(release: OfferedRelease, folder: string, forged: boolean): Promise<void> {
  const shared = await sharedBase(storageContext().paths)
  const unfinished = mkdtempSync(path.join(path.dirname(folder), '.release-'))
  try {
    const manifest: string[] = []
    for (const [name, description, selected] of SETS) {
      const tree = path.join(unfinished, 'tree')
      mkdirSync(tree)
      writeTree(
        tree,
        name === 'base'
          ? { ...releaseFiles(release), ...(forged ? { [FORGED_FILE]: file('Not made by FreeBSD.\n') } : {}) }
          : { [`usr/share/doc/sandbox/${name}`]: file(`A sandbox has no ${description.toLowerCase()}.\n`) },
      )
      const archive = path.join(unfinished, `${name}.txz`)
      let entries = await archiveFolder(tree, archive, { last: name !== 'base' })
      if (name === 'base') {
        await joinArchives(archive, shared.archive)
        entries += shared.entries
      }
      rmSync(tree, { recursive: true })
      manifest.push(`${name}.txz\t${await sha256(archive)}\t${entries}\t${name}\t"${description}"\t${selected}\n`)
    }
    await writeFile(path.join(unfinished, 'MANIFEST'), manifest.join(''))
    rmSync(folder, { recursive: true, force: true })
    renameSync(unfinished, folder)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

async function* content(file: string, spoilt: boolean): AsyncGenerator<Buffer> {
  const asked = Number(process.env.CELLBLOCK_MIRROR_RATE ?? DEFAULT_RATE)
  const rate = Number.isFinite(asked) && asked > 0 ? asked : Infinity
  const startedAt = Date.now()
  let sent = 0
  for await (const piece of createReadStream(file, { highWaterMark: PIECE_BYTES })) {
    if (fault('mirror-away')) throw new MirrorAway('the mirror went away')
    const bytes = piece as Buffer
    if (spoilt && sent === 0) bytes[bytes.length - 1]! ^= 0xff
    yield bytes
    sent += bytes.length
    const aheadMs = (sent / rate) * 1000 - (Date.now() - startedAt)
    if (aheadMs > 1) await new Promise((resolve) => setTimeout(resolve, aheadMs))
  }
}

/**
 * Opens a release on the mirror; the first of a sandbox takes some seconds more, in which it is made. With the fault
 * `mirror-forged` somebody on the way answers in its place whoever asks without encryption: other files, and a MANIFEST
 * that fits them. Throws MirrorAway or ReleaseNotFound.
 */
export async function openMirror(name: string, { encrypted } = { encrypted: true }): Promise<Mirror> {
  if (fault('mirror-away')) throw new MirrorAway('the mirror does not answer')
  const release = offeredReleases().find((offered) => offered.name === name)
  if (release === undefined) throw new ReleaseNotFound(`${name} was not found on the mirror`)
  const { paths } = storageContext()
  const forged = !encrypted && fault('mirror-forged')
  const folder = path.join(paths.mirror, forged ? `${name}.forged` : name)
  await withLock(paths.mirror, async () => {
    if (!existsSync(path.join(folder, 'MANIFEST'))) await publish(release, folder, forged)
  })
  const manifest = path.join(folder, 'MANIFEST')
  const listed = readFileSync(manifest, 'utf8').trimEnd().split('\n').map((line) => line.split('\t')) // prettier-ignore
  const one = (name: string, hash: string): MirrorFile => {
    const at = path.join(folder, name)
    const spoilt = name === 'base.txz' && fault('checksum-wrong')
    return {
      name,
      bytes: statSync(at).size,
      sha256: hash,
      open: () => Readable.from(content(at, spoilt), { objectMode: false }),
    }
  }
  return {
    release,
    files: [one('MANIFEST', await sha256(manifest)), ...listed.map(([name = '', hash = '']) => one(name, hash))],
  }
}
