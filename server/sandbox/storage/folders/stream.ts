import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type CommandResult, succeeded } from '../../command-result.ts'
import { parentOf, poolOf } from '../dataset.ts'
import { parseOptions, UsageError } from '../options.ts'
import { readHeader, writeHeader } from '../stream-header.ts'
import { ZfsFailure } from '../zfs-failure.ts'
import { checkNewName, poolToChange, snapshot } from './find.ts'
import { bookLayer, makeHead, standOn, sweepLayers } from './layers.ts'
import { mountFileSystem, unmountDatasets } from './mounting.ts'
import { bindLayer, mountLayers, unmount } from './mounts.ts'
import { alone, type OpenPool } from './open-pool.ts'
import { EMPTY_LAYER, newGuid, now, type SnapshotState } from './pool-state.ts'

/** Runs `body` with a folder in which a snapshot's files can be read. */
export async function withView<T>(
  pool: OpenPool,
  name: string,
  layers: readonly string[],
  body: (folder: string) => Promise<T>,
): Promise<T> {
  mkdirSync(pool.folders.views, { recursive: true })
  const folder = mkdtempSync(path.join(pool.folders.views, `${process.pid}-`))
  if (pool.state.method === 'copy') await bindLayer(pool.folders, layers[0] ?? EMPTY_LAYER, folder, ['ro'])
  else await mountLayers(pool.folders, { source: name, mountpoint: folder, lower: layers })
  try {
    return await body(folder)
  } finally {
    await unmount(folder)
    rmdirSync(folder)
  }
}

/** `zfs send ARGV`: the snapshot's files as a tar archive behind one line of facts. */
export async function sendSnapshot(argv: readonly string[], output: Writable): Promise<CommandResult> {
  const options = parseOptions(argv, 'DnPpRvLecwi:I:')
  const [name, extra] = options.operands
  if (name === undefined) throw new UsageError('missing snapshot argument')
  if (extra !== undefined) throw new UsageError('too many arguments')
  for (const letter of ['R', 'i', 'I'])
    if (options.has(letter))
      throw new ZfsFailure(`cannot send '${name}': folder storage sends one whole snapshot at a time (no -${letter})`)
  if (!name.includes('@')) throw new ZfsFailure(`cannot send '${name}': target is not a snapshot`)
  // Opened to change: a view that a killed command left mounted is cleaned up by that.
  const { pool, layers } = await alone(async () => {
    const opened = await poolToChange(name)
    return { pool: opened, layers: snapshot(opened, name).snapshot.layers }
  })
  await withView(pool, name, layers, async (folder) => {
    await writeHeader(output, { snapshot: name.slice(name.indexOf('@') + 1) })
    const tar = spawn('tar', ['--numeric-owner', '--xattrs', '--one-file-system', '-C', folder, '-cf', '-', '.'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const ended = new Promise<void>((resolve, reject) => {
      tar
        .on('error', reject)
        .on('close', (code) => (code === 0 ? resolve() : reject(new ZfsFailure(`cannot send '${name}'`))))
    })
    await Promise.all([pipeline(tar.stdout, output, { end: false }), ended])
  })
  return succeeded()
}

function refuseTarget(pool: OpenPool, name: string, force: boolean): void {
  const failure = 'cannot receive new filesystem stream'
  const existing = pool.state.fileSystems[name]
  const parent = parentOf(name)
  if (existing === undefined && (parent === undefined || pool.state.fileSystems[parent] === undefined))
    throw new ZfsFailure(`${failure}: destination '${name}' does not exist`)
  if (existing === undefined) return
  if (!force) throw new ZfsFailure(`${failure}: destination '${name}' exists\nmust specify -F to overwrite it`)
  const [held] = Object.keys(existing.snapshots)
  if (held !== undefined)
    throw new ZfsFailure(
      `${failure}: destination has snapshots (eg. ${name}@${held})\nmust destroy them to overwrite it`,
    )
}

async function enter(pool: OpenPool, name: string, word: string, files: string, mount: boolean): Promise<void> {
  const { state } = pool
  const busy = await unmountDatasets(pool, (each) => each === name)
  if (busy !== undefined) throw new ZfsFailure(`cannot receive new filesystem stream: '${busy}' is busy`)
  const layer = makeHead(pool)
  const folder = path.join(pool.folders.layers, layer)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  renameSync(files, path.join(folder, 'fs'))
  const taken: SnapshotState = { guid: newGuid(), txg: ++state.txg, createdAt: now(), layers: [layer], properties: {} }
  const own = (state.fileSystems[name] ??= { guid: newGuid(), txg: state.txg, createdAt: now(), origin: null, properties: {}, head: '', lower: [], mounted: mount, snapshots: {} }) // prettier-ignore
  await bookLayer(pool, layer, own)
  Object.assign(own, await standOn(pool, [layer]))
  own.snapshots[word] = taken
  pool.save()
  if (mount) await mountFileSystem(pool, name)
  sweepLayers(pool)
}

/** `zfs receive ARGV`: makes a dataset of what `zfs send` wrote; only a whole stream leaves anything. */
export async function receiveStream(argv: readonly string[], input: Readable): Promise<CommandResult> {
  const options = parseOptions(argv, 'vnsFuMdeo:x:')
  const [target] = options.operands
  if (target === undefined) throw new UsageError('missing snapshot argument')
  const [name = '', word] = target.split('@')
  checkNewName('cannot receive', target)
  const force = options.has('F')
  const { root } = await alone(async () => {
    const pool = await poolToChange(
      name,
      `cannot receive new filesystem stream: destination '${poolOf(name)}' does not exist`,
    )
    refuseTarget(pool, name, force)
    return pool.folders
  })
  const incoming = path.join(root, 'incoming')
  mkdirSync(incoming, { recursive: true })
  const files = mkdtempSync(path.join(incoming, `${process.pid}-`))
  try {
    const { facts, rest } = await readHeader(input)
    const tar = spawn('tar', ['--numeric-owner', '--xattrs', '-xpf', '-', '-C', files], {
      stdio: ['pipe', 'ignore', 'pipe'],
    })
    let said = ''
    tar.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
    const ended = new Promise<number>((resolve, reject) =>
      tar.on('error', reject).on('close', (code) => resolve(code ?? 1)),
    )
    await pipeline(rest, tar.stdin).catch(() => {})
    if ((await ended) !== 0)
      throw new ZfsFailure(`cannot receive new filesystem stream: ${said.trim().split('\n')[0] ?? 'invalid stream'}`)
    await alone(async () => {
      const pool = await poolToChange(name)
      refuseTarget(pool, name, force)
      await enter(pool, name, word ?? facts.snapshot, files, !options.has('u'))
    })
  } finally {
    rmSync(files, { recursive: true, force: true })
  }
  return succeeded()
}
