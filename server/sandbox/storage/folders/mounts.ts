import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { isWithin } from '../dataset.ts'
import { mustRun, run } from '../run.ts'
import { EMPTY_LAYER, type PoolFolders } from './pool-state.ts'

/** One line of /proc/PID/mountinfo. */
export interface Mount {
  /** Device number of the file system, `0:45`: the same wherever it is mounted. */
  device: string
  /** Folder of the file system that is mounted, `/` mostly. */
  root: string
  mountpoint: string
  /** The file system's name of itself; a dataset's name here. */
  source: string
  type: string
  /** Options of this mount and of its file system. */
  options: string[]
}

const unescape = (text: string) =>
  text.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8)))

/** The mounts that process `pid` sees, in the order in which they were made. */
export function readMounts(pid: number | 'self' = 'self'): Mount[] {
  const lines = readFileSync(`/proc/${pid}/mountinfo`, 'utf8').trimEnd().split('\n')
  return lines.map((line) => {
    const [own = '', file = ''] = line.split(' - ', 2)
    const [, , device = '', root = '', mountpoint = '', options = ''] = own.split(' ')
    const [type = '', source = '', more = ''] = file.split(' ')
    return {
      device,
      root: unescape(root),
      mountpoint: unescape(mountpoint),
      source: unescape(source),
      type,
      options: [...options.split(','), ...more.split(',')],
    }
  })
}

/** How a dataset's layers are to be mounted. */
export interface LayerMount {
  source: string
  mountpoint: string
  /** Layers that are read only, the topmost first. */
  lower: readonly string[]
  /** The layer that takes what is written; without it the mount is read-only. */
  head?: string
  /** `ro`, `noexec` … */
  flags?: readonly string[]
  /** A folder outside the pool that takes what is written instead of `head`, which then is the topmost lower layer. */
  writesTo?: { fs: string; work: string }
}

/** Overlay marks need another kind of extended attribute inside a user namespace. */
const inUserNamespace = () => !/^\s*0\s+0\s+4294967295/.test(readFileSync('/proc/self/uid_map', 'utf8'))

/** Mounts layers at a mount point, which is made where it is missing. */
export async function mountLayers(folders: PoolFolders, mount: LayerMount): Promise<void> {
  mkdirSync(mount.mountpoint, { recursive: true })
  const over = mount.writesTo === undefined || mount.head === undefined ? [] : [mount.head]
  const lower = [...over, ...mount.lower, EMPTY_LAYER]
  // Relative names: the kernel takes one page of options, and lists of layers grow long.
  const options = [`lowerdir=${lower.map((id) => `${id}/fs`).join(':')}`]
  if (mount.writesTo !== undefined) options.push(`upperdir=${mount.writesTo.fs}`, `workdir=${mount.writesTo.work}`)
  else if (mount.head === undefined) {
    options.push('ro')
    if (lower.length === 1) options[0] = `lowerdir=${EMPTY_LAYER}/fs:${EMPTY_LAYER}/fs`
  } else options.push(`upperdir=${mount.head}/fs`, `workdir=${mount.head}/work`)
  // Some kernels switch these on by themselves; a layer must stay usable under any list of others.
  const own = inUserNamespace()
  // "off" can come to mean "follow", which the kernel refuses together with an ordinary user's attributes.
  options.push('index=off', 'metacopy=off', `redirect_dir=${own ? 'nofollow' : 'off'}`, ...(mount.flags ?? []))
  if (own) options.push('userxattr')
  await mustRun('mount', ['-t', 'overlay', '-o', options.join(','), mount.source, mount.mountpoint], folders.layers)
}

/** Mounts one layer by itself, for a pool that copies. */
export async function bindLayer(
  folders: PoolFolders,
  id: string,
  mountpoint: string,
  flags: readonly string[],
): Promise<void> {
  mkdirSync(mountpoint, { recursive: true })
  await mustRun('mount', ['--bind', path.join(folders.layers, id, 'fs'), mountpoint])
  // Out of the group that it would share with the disk: a dataset mounted inside would appear in the layer as well.
  await mustRun('mount', ['--make-private', mountpoint])
  await mustRun('mount', ['--make-shared', mountpoint])
  if (flags.some((flag) => flag !== 'rw')) await mustRun('mount', ['-o', `remount,bind,${flags.join(',')}`, mountpoint])
}

/** Whether overlayfs can write to the disk that `folder` lies on; tried for real, in a folder of its own below it. */
export async function canOverlay(folder: string): Promise<boolean> {
  const place = mkdtempSync(path.join(folder, '.overlay-'))
  try {
    for (const part of ['0/fs', '1/fs', '1/work', 'at']) mkdirSync(path.join(place, part), { recursive: true })
    const mountpoint = path.join(place, 'at')
    await mountLayers(
      { root: place, layers: place, trash: place, views: place },
      { source: 'overlay', mountpoint, lower: [], head: '1' },
    )
    await mustRun('umount', [mountpoint])
    return true
  } catch {
    return false
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

/** Unmounts; false where it is in use. Removes the folder it was mounted on when `remove` is set and it is empty. */
export async function unmount(mountpoint: string, remove = false): Promise<boolean> {
  const { status, stderr } = await run('umount', [mountpoint])
  if (status !== 0 && !/not mounted|no mount point/.test(stderr)) return false
  if (remove) {
    try {
      rmdirSync(mountpoint)
    } catch {
      // Not empty, or somebody's working folder: it may stay.
    }
  }
  return true
}

/**
 * Whether a mounted file system is used beyond its own mount: bound to a second place, or the root of a running
 * jail. A jail's root survives the host's umount(8), so this has to be asked, not found out by trying.
 */
export function isPinned({ device, root }: Mount): boolean {
  // A folder of a disk that is mounted by itself shares its device with everything on that disk.
  const isSame = (mount: Mount) => mount.device === device && (mount.root === root || isWithin(mount.root, root))
  if (readMounts().filter(isSame).length > 1) return true
  const seen = new Set([readlinkSync('/proc/self/ns/mnt')])
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    try {
      const namespace = readlinkSync(`/proc/${pid}/ns/mnt`)
      if (seen.has(namespace)) continue
      seen.add(namespace)
      if (readMounts(Number(pid)).some((mount) => isSame(mount) && mount.mountpoint === '/')) return true
    } catch {
      // Ended meanwhile, or not ours to look at.
    }
  }
  return false
}

/** Paths ordered so that a folder comes before what lies in it. */
export const outermostFirst = (left: { mountpoint: string }, right: { mountpoint: string }) =>
  left.mountpoint.split(path.sep).length - right.mountpoint.split(path.sep).length ||
  (left.mountpoint < right.mountpoint ? -1 : 1)
