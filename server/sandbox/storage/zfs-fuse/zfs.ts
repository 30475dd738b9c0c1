import { type CommandResult, failed, succeeded } from '../../command-result.ts'
import { fileSystemOf, isWithin } from '../dataset.ts'
import { isPinned, outermostFirst, readMounts } from '../folders/mounts.ts'
import { withLock } from '../lock.ts'
import { parseOptions, UsageError, usageFailure } from '../options.ts'
import { getProperties, listDatasets } from '../print-datasets.ts'
import { storageContext } from '../context.ts'
import { run } from '../run.ts'
import { ZfsFailure } from '../zfs-failure.ts'
import { startDaemon } from './daemon.ts'
import { fuseDiff } from './diff.ts'
import { followFullDisk } from './full-disk.ts'
import { persistently } from './persistently.ts'
import { ASKED, readDatasets } from './read-datasets.ts'

/**
 * Properties of which a note is kept, and what zfs-fuse is told in the place of values that only FreeBSD's ZFS takes.
 * Flags of a mount are noted because zfs-fuse answers what /proc/mounts says of it, which may not be what holds.
 */
const NOTED: Readonly<Record<string, (value: string) => string>> = {
  compression: (value) => (/^(lz4|zstd.*)$/.test(value) ? 'on' : value),
  aclmode: (value) => (value === 'restricted' ? 'groupmask' : value),
  readonly: (value) => value,
  exec: (value) => value,
  setuid: (value) => value,
  devices: (value) => value,
  atime: (value) => value,
}
const OWN_NAMES: Readonly<Record<string, string>> = { compress: 'compression', jailed: 'zoned', rdonly: 'readonly' }

/** `NAME=VALUE` as zfs-fuse takes it: the property, then the note where one is kept. */
function translatePair(pair: string): string[] {
  const [word = ''] = pair.split('=', 1)
  const value = pair.slice(word.length + 1)
  const name = OWN_NAMES[word] ?? word
  const real = NOTED[name]?.(value)
  return real === undefined ? [`${name}=${value}`] : [`${name}=${real}`, `${ASKED}${name}=${value}`]
}

/** Mounted ZFS file systems that are `name` or lie below it, the outermost first. */
const mountsOf = (name: string) =>
  readMounts()
    .filter(({ source, type }) => type === 'fuse.zfs' && (source === name || source.startsWith(`${name}/`)))
    .sort(outermostFirst)

/** Unmounts a tree, the innermost first; ZfsFailure where a running jail uses some of it. */
async function unmountTree(name: string): Promise<string[]> {
  const mounts = mountsOf(name)
  const pinned = mounts.find(isPinned)
  if (pinned !== undefined) throw new ZfsFailure(`cannot unmount '${pinned.mountpoint}': Device busy`)
  for (const { source } of mounts.toReversed()) {
    const { status } = await persistently(['unmount', source])
    if (status !== 0) {
      for (const mount of mounts) await run('zfs', ['mount', mount.source])
      throw new ZfsFailure(`cannot unmount '${source}': Device busy`)
    }
  }
  return mounts.map(({ source }) => source)
}

async function create(word: string, argv: readonly string[]): Promise<CommandResult> {
  const options = parseOptions(argv, word === 'create' ? 'pusV:b:o:' : 'po:')
  const pairs = options.values('o').flatMap(translatePair).flatMap((pair) => ['-o', pair]) // prettier-ignore
  return run('zfs', [word, ...(options.has('p') ? ['-p'] : []), ...pairs, ...options.operands])
}

async function rename(argv: readonly string[]): Promise<CommandResult> {
  const options = parseOptions(argv, 'fpru')
  const [from, to] = options.operands
  if (from === undefined || to === undefined) throw new UsageError('missing dataset argument')
  if (from.includes('@')) return run('zfs', ['rename', ...(options.has('r') ? ['-r'] : []), from, to])
  const unmounted = await unmountTree(from)
  const words = ['rename', ...(options.has('p') ? ['-p'] : []), from, to]
  let result = await persistently(words, 3)
  if (/busy/.test(result.stderr)) {
    // A mounted clone can hold on to what it was cloned from, and so to everything above that.
    for (const clone of await clonesOf(from)) {
      const mount = mountsOf(clone).find(({ source }) => source === clone)
      if (mount === undefined || isPinned(mount)) continue
      if ((await persistently(['unmount', clone])).status === 0) unmounted.push(clone)
    }
    result = await persistently(words)
  }
  const moved = (name: string) => result.status === 0 && isWithin(name, from)
  const now = (name: string) => (moved(name) ? to + name.slice(from.length) : name)
  for (const name of unmounted) await run('zfs', ['mount', now(name)])
  return result
}

/** Datasets elsewhere that were cloned from snapshots of `name` and what is below it. */
async function clonesOf(name: string): Promise<string[]> {
  const origins = (await readDatasets()).map(
    (view) => [view.name, view.properties.get('origin')?.value ?? '-'] as const,
  )
  return origins
    .filter(([clone, origin]) => isWithin(fileSystemOf(origin), name) && !isWithin(clone, name))
    .map(([clone]) => clone)
}

async function destroy(argv: readonly string[]): Promise<CommandResult> {
  const options = parseOptions(argv, 'dfnprRv')
  const [name] = options.operands
  if (name === undefined) throw new UsageError('missing dataset argument')
  const flags = [options.has('R') ? '-R' : options.has('r') ? '-r' : '', options.has('f') ? '-f' : ''].filter(
    (flag) => flag !== '',
  )
  if (name.includes('@')) {
    const [top, words] = [fileSystemOf(name), name.slice(name.indexOf('@') + 1)]
    for (const word of words.split(',')) {
      const result = await persistently(['destroy', ...flags, `${top}@${word}`])
      // FreeBSD's words for it.
      if (/dataset does not exist|could not find/.test(result.stderr))
        return failed('could not find any snapshots to destroy; check snapshot names.\n')
      if (result.status !== 0) return result
    }
    return succeeded()
  }
  // What cannot be destroyed must stay mounted: refusals come first.
  const dependents = (await readDatasets()).filter(
    (view) => view.name.startsWith(`${name}/`) || view.name.startsWith(`${name}@`),
  )
  if (dependents.length > 0 && flags.length === 0) return run('zfs', ['destroy', name])
  const wasMounted = mountsOf(name)
  const pinned = wasMounted.find(isPinned)
  if (pinned !== undefined) throw new ZfsFailure(`cannot destroy '${pinned.source}': dataset is busy`)
  const result = await persistently(['destroy', ...flags, name])
  if (result.status !== 0) for (const { source } of wasMounted) await run('zfs', ['mount', source])
  return result
}

async function inherit(argv: readonly string[]): Promise<CommandResult> {
  const options = parseOptions(argv, 'rS')
  const [word, ...names] = options.operands
  if (word === undefined) throw new UsageError('missing property argument')
  const property = OWN_NAMES[word] ?? word
  const flags = options.has('r') ? ['-r'] : []
  const result = await run('zfs', ['inherit', ...flags, property, ...names])
  if (result.status === 0 && NOTED[property] !== undefined)
    await run('zfs', ['inherit', ...flags, ASKED + property, ...names])
  return result
}

async function set(argv: readonly string[]): Promise<CommandResult> {
  const { operands } = parseOptions(argv, '')
  const pairs = operands.filter((word) => word.includes('='))
  const names = operands.slice(pairs.length)
  if (pairs.length === 0 || names.length === 0) return run('zfs', ['set', ...operands])
  for (const pair of pairs) {
    // zfs-fuse takes one property at a time, FreeBSD's ZFS several.
    for (const each of translatePair(pair))
      for (const name of names) {
        const result = await persistently(['set', each, name])
        if (result.status !== 0) return result
      }
  }
  return succeeded()
}

async function unmount(argv: readonly string[]): Promise<CommandResult> {
  const name = argv.at(-1)
  const mount = readMounts().find(
    ({ source, mountpoint, type }) => type === 'fuse.zfs' && (source === name || mountpoint === name),
  )
  if (mount !== undefined && isPinned(mount)) throw new ZfsFailure(`cannot unmount '${mount.mountpoint}': Device busy`)
  return persistently(['unmount', ...argv])
}

async function rollback(argv: readonly string[]): Promise<CommandResult> {
  const name = fileSystemOf(argv.at(-1) ?? '')
  if (mountsOf(name).some(isPinned)) throw new ZfsFailure(`cannot rollback '${name}': dataset is busy`)
  const result = await persistently(['rollback', ...argv])
  // Mounted anew: the kernel would go on showing the attributes that it knows, for an hour.
  for (const each of await unmountTree(name)) await run('zfs', ['mount', each])
  return result
}

const WRITERS: Readonly<Record<string, (argv: readonly string[]) => Promise<CommandResult>>> = {
  create: (argv) => create('create', argv),
  clone: (argv) => create('clone', argv),
  rename,
  destroy,
  set,
  inherit,
  rollback,
  unmount,
  umount: unmount,
  diff: fuseDiff,
}

/** `zfs ARGV` on zfs-fuse, with what it lacks of FreeBSD's put right. */
export async function fuseZfs(argv: readonly string[]): Promise<CommandResult> {
  const [word, ...rest] = argv
  if (word === 'list' || word === 'get') {
    await startDaemon()
    return word === 'list' ? listDatasets(rest, await readDatasets()) : getProperties(rest, await readDatasets())
  }
  const name = word === 'snap' ? 'snapshot' : (word ?? '')
  try {
    return await withLock(storageContext().paths.storage, async () => {
      await startDaemon()
      await followFullDisk()
      return await (WRITERS[name]?.(rest) ??
        run(
          'zfs',
          [name, ...rest].filter((each) => each !== ''),
        ))
    })
  } catch (error) {
    if (error instanceof ZfsFailure) return failed(`${error.message}\n`)
    if (error instanceof UsageError) return usageFailure(error.message, `${name} ...`)
    throw error
  }
}
