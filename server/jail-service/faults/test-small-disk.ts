import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const asRoot = process.getuid?.() === 0

/** A disk of a test's own: nobody else sees it, and it is gone with whoever made it. */
export interface TestDisk extends AsyncDisposable {
  /** What a command line begins with that is to see it. */
  readonly within: readonly string[]
  /** Where is seen from here what such a command sees at the disk's folder. */
  readonly seen: string
}

/** Mounts something at a folder, in a mount namespace that lasts as long as its holder. */
async function mountAlone(folder: string, script: string, ...words: string[]): Promise<TestDisk> {
  const holder = spawn(
    'unshare',
    [
      ...(asRoot ? ['--mount'] : ['--mount', '--map-root-user']),
      ...['sh', '-c', `${script} && echo ready && exec cat`, folder, ...words],
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] }, // its input ends with us, and it with its input
  )
  await once(holder.stdout, 'data')
  return {
    within: ['nsenter', '-t', String(holder.pid), ...(asRoot ? ['-m'] : ['-U', '--preserve-credentials', '-m'])],
    seen: `/proc/${holder.pid}/root${folder}`,
    async [Symbol.asyncDispose]() {
      holder.stdin.end()
      await once(holder, 'exit')
    },
  }
}

/** A disk of a few MiB, which can be full. */
export interface SmallDisk extends TestDisk {
  /** Leaves so many bytes free; none by default. */
  fill(leftBytes?: number): void
  /** Takes away what `fill` put there. */
  empty(): void
}

/** A disk of `bytes` at a folder. */
export async function makeSmallDisk(folder: string, bytes: number): Promise<SmallDisk> {
  const disk = await mountAlone(folder, 'mount -t tmpfs -o "size=$1,mode=700" tmpfs "$0"', String(bytes))
  const filling = path.join(disk.seen, 'filling')
  return {
    ...disk,
    fill(leftBytes = 0) {
      rmSync(filling, { force: true })
      const { bavail, bsize } = statfsSync(disk.seen)
      try {
        writeFileSync(filling, Buffer.alloc(Math.max(0, bavail * bsize - leftBytes)))
      } catch {
        // ENOSPC: what is wanted
      }
    },
    empty: () => rmSync(filling, { force: true }),
  }
}

/** Whether this machine lets us mount an image of a disk. */
export const canMountImages = asRoot

/** Makes the image of an empty disk. */
export function makeImage(image: string, bytes: number): void {
  writeFileSync(image, '')
  truncateSync(image, bytes)
  execFileSync('mkfs.ext4', ['-q', '-F', image])
}

/** Mounts an image at a folder. What is not synced reaches it late: its copy is the disk after a loss of power. */
export const mountImage = (folder: string, image: string): Promise<TestDisk> =>
  mountAlone(folder, 'mount -o loop,commit=300 "$1" "$0"', image)

/** The disk as it would be found if the machine lost power now. */
export const copyImage = (image: string, to: string): void => copyFileSync(image, to)
