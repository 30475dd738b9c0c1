import { copyFileSync, existsSync, rmSync } from 'node:fs'
import path from 'node:path'
import { zfs } from '../../storage/zfs.ts'
import { extract } from '../../userland/archive.ts'
import { MirrorAway, openMirror, ReleaseNotFound, type Mirror } from '../../userland/mirror.ts'
import { IocageError, traceback } from '../errors.ts'
import { Interrupted, interruptible } from '../interrupt.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { checksum, download } from './download.ts'
import { userlandVersion } from './fetched-releases.ts'
import { halfReleaseName, sweepHalfReleases } from './half-releases.ts'
import { mirrorAway } from './mirror-away.ts'

export interface FetchOptions {
  /** Files to fetch instead of the usual ones. */
  files?: readonly string[] | undefined
  /** A folder with RELEASE/*.txz to take them from instead of the mirror. */
  local?: string | undefined
  /** Whether the server is asked by https and its certificate is looked at. */
  encrypted: boolean
  /** Bring it to its latest patch level afterwards. */
  update: boolean
  endOfLifeCheck?: boolean
}

/** How often a file with a wrong checksum is downloaded before the fetch gives up. */
const TRIES = 4

/** Fetches a release with its lines: downloads what is missing, checks it, unpacks it. Nothing half-made stays. */
export async function fetchRelease(iocage: Iocage, release: string, options: FetchOptions): Promise<void> {
  await sweepHalfReleases(iocage)
  const files = options.files ?? defaultFiles(iocage, release)
  const downloads = path.join(iocage.root, 'download', release)
  const isNew = !existsSync(downloads)
  try {
    await interruptible(async (check, signal) => {
      if (options.local === undefined)
        await fetchFromMirror(iocage, release, files, downloads, options.encrypted, signal)
      else await copyFromFolder(iocage, release, files, path.join(options.local, release), downloads, check, signal)
    })
  } catch (error) {
    if (isNew) await zfs('destroy', '-r', '-Rf', `${iocage.pool}/iocage/download/${release}`)
    await sweepHalfReleases(iocage, { own: true })
    if (error instanceof Interrupted) iocage.out.rawError('Aborted!\n')
    throw error
  }
  if (!options.update || options.local !== undefined) return
  iocage.out.info(`\n* Updating ${release} to the latest patch level... `)
  const version = userlandVersion(path.join(iocage.root, 'releases', release, 'root')) ?? release
  iocage.out.info(`No updates needed to update system to ${version} (this sandbox's mirror has the latest).`)
}

function defaultFiles(iocage: Iocage, release: string): string[] {
  const files = ['MANIFEST', 'base.txz', 'lib32.txz']
  if (iocage.dialect === '0.9.7') return [...files, 'doc.txz']
  return Number.parseInt(release, 10) < 12 ? [...files, 'doc.txz', 'src.txz'] : [...files, 'src.txz']
}

async function makeDownloads(iocage: Iocage, release: string, folder: string): Promise<void> {
  if (existsSync(folder)) return
  const options = iocage.dialect === '0.9.7' ? ['-o', 'compression=lz4'] : []
  const made = await zfs('create', ...options, `${iocage.pool}/iocage/download/${release}`)
  if (made.status !== 0) throw traceback('iocage_lib.zfs.ZFSException', made.stderr.trim())
}

async function fetchFromMirror(
  iocage: Iocage,
  release: string,
  files: readonly string[],
  folder: string,
  encrypted: boolean,
  signal: AbortSignal,
): Promise<void> {
  const mirror = await open(iocage, release, encrypted)
  signal.throwIfAborted()
  iocage.out.info(`Fetching: ${release}\n`)
  await makeDownloads(iocage, release, folder)
  const offered = files.flatMap((file) => mirror.files.find(({ name }) => name === file) ?? [])
  let wanted = offered.filter(({ name }) => !existsSync(path.join(folder, name)))
  for (let attempt = 1; ; attempt++) {
    for (const file of wanted) await download(iocage, file, folder, signal)
    const sums = await Promise.all(offered.map(({ name }) => checksum(path.join(folder, name))))
    wanted = offered.filter(({ sha256 }, at) => sums[at] !== sha256)
    if (wanted.length === 0) break
    const names = wanted.map(({ name }) => name)
    for (const name of names) {
      iocage.out.error(`${name} failed verification, will redownload!`)
      rmSync(path.join(folder, name), { force: true })
    }
    if (attempt === TRIES)
      throw new IocageError(
        `Max retries exceeded, one or more files (${names.join(', ')}) failed checksum verification!`,
      )
  }
  const names = offered.map(({ name }) => name)
  await extractAll(iocage, release, names, folder, (file) => iocage.out.info(`Extracting: ${file}... `), signal)
}

async function open(iocage: Iocage, release: string, encrypted: boolean): Promise<Mirror> {
  try {
    return await openMirror(release, { encrypted })
  } catch (error) {
    if (error instanceof MirrorAway) throw mirrorAway(iocage)
    if (error instanceof ReleaseNotFound) throw new IocageError(`${release} was not found!`)
    throw error
  }
}

async function copyFromFolder(
  iocage: Iocage,
  release: string,
  files: readonly string[],
  from: string,
  folder: string,
  check: () => void,
  signal: AbortSignal,
): Promise<void> {
  await makeDownloads(iocage, release, folder)
  const extracting: string[] = []
  for (const file of files) {
    check()
    if (!existsSync(path.join(from, file)))
      // The doubled suffix is the real one's.
      throw new IocageError(
        `${file}${file === 'MANIFEST' ? '' : '.txz'} is a required file!\nPlease place it in ${from}`,
      )
    iocage.out.info(`Copying: ${file}... `)
    copyFileSync(path.join(from, file), path.join(folder, file))
    if (file === 'MANIFEST') continue
    iocage.out.info(`Extracting: ${file}... `)
    extracting.push(file)
  }
  await extractAll(iocage, release, extracting, folder, () => {}, signal)
}

/** Unpacks into a release that no one sees yet, and gives it its name when all is there. */
async function extractAll(
  iocage: Iocage,
  release: string,
  files: readonly string[],
  folder: string,
  announce: (file: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const archives = files.filter((file) => file !== 'MANIFEST')
  const finished = path.join(iocage.root, 'releases', release, 'root')
  if (userlandVersion(finished) !== undefined) {
    // Fetched before and the archives are the same: unpacking them again would change nothing but take jails' files
    // away under them for a moment.
    for (const file of archives) announce(file)
    return
  }
  const half = halfReleaseName(release)
  const dataset = `${iocage.pool}/iocage/releases/${half}`
  const made = await zfs('create', '-p', `${dataset}/root`)
  if (made.status !== 0) throw traceback('iocage_lib.zfs.ZFSException', made.stderr.trim())
  for (const file of archives) {
    announce(file)
    await unpack(path.join(folder, file), path.join(iocage.root, 'releases', half, 'root'), signal)
  }
  await zfs('destroy', '-r', `${iocage.pool}/iocage/releases/${release}`)
  const renamed = await zfs('rename', dataset, `${iocage.pool}/iocage/releases/${release}`)
  if (renamed.status !== 0) throw traceback('iocage_lib.zfs.ZFSException', renamed.stderr.trim())
}

async function unpack(archive: string, into: string, signal: AbortSignal): Promise<void> {
  try {
    await extract(archive, into, signal)
  } catch (error) {
    signal.throwIfAborted()
    throw traceback('tarfile.ReadError', error instanceof Error ? error.message : String(error))
  }
}
