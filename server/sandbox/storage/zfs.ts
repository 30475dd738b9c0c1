import type { Readable, Writable } from 'node:stream'
import type { CommandResult } from '../command-result.ts'
import { storageContext } from './context.ts'

const usesFolders = () => storageContext().config.storage === 'folders'

/** `zfs ARGV`, as zfs(8) answers it, on the storage that this sandbox was made with. Only inside the sandbox host. */
export async function zfs(...argv: string[]): Promise<CommandResult> {
  if (usesFolders()) return (await import('./folders/zfs.ts')).folderZfs(argv)
  return (await import('./zfs-fuse/zfs.ts')).fuseZfs(argv)
}

/** `zpool ARGV`, as zpool(8) answers it. Only inside the sandbox host. */
export async function zpool(...argv: string[]): Promise<CommandResult> {
  if (usesFolders()) return (await import('./folders/zpool.ts')).folderZpool(argv)
  return (await import('./zfs-fuse/zpool.ts')).fuseZpool(argv)
}

/** `zfs send ARGV`, the stream written to `output`, which stays open. */
export async function zfsSend(argv: readonly string[], output: Writable): Promise<CommandResult> {
  if (usesFolders()) return (await import('./folders/zfs.ts')).folderSend(argv, output)
  return (await import('./zfs-fuse/stream.ts')).fuseSend(argv, output)
}

/** `zfs receive ARGV` of the stream that `input` yields. */
export async function zfsReceive(argv: readonly string[], input: Readable): Promise<CommandResult> {
  if (usesFolders()) return (await import('./folders/zfs.ts')).folderReceive(argv, input)
  return (await import('./zfs-fuse/stream.ts')).fuseReceive(argv, input)
}

/** Makes the pool of a new sandbox, its top dataset mounted at `/NAME`. */
export async function createPool(name: string): Promise<void> {
  const { status, stderr } = await zpool('create', name)
  if (status !== 0) throw new Error(`the pool could not be made: ${stderr.trim()}`)
}

/**
 * Brings every pool and its mounts back; for the start of the host, after whatever ended the last one.
 * Must run inside the host's namespaces, with its root shared, before the first jail starts.
 */
export async function mountAll(): Promise<void> {
  if (usesFolders()) return (await import('./folders/zpool.ts')).mountFolderPools()
  return (await import('./zfs-fuse/daemon.ts')).startDaemon()
}
