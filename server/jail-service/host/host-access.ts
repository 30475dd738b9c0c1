import path from 'node:path'
import type { ReadCommand, RunCommand } from '../run-command.ts'

export type HostCommand = 'iocage' | 'jls' | 'jexec' | 'ifconfig' | 'zfs' | 'zpool'

/** How the service reaches its jail host: absolute paths of the commands, and where the host's files are seen. */
export interface HostAccess {
  commands: Readonly<Record<HostCommand, string>>
  run: RunCommand
  /** For commands that only read. */
  read: ReadCommand
  /** Prefix under which the host's file system is seen: `/` on the host itself. */
  files: string
  /** Where releases are fetched from; always https. Only whoever starts the service chooses it. */
  mirror: URL
}

/** FreeBSD's own server, which iocage would ask without encryption by itself (contract, fetch). */
export const DEFAULT_MIRROR = new URL('https://download.freebsd.org')

/** Where FreeBSD and its ports keep these commands. */
const FREEBSD: HostAccess['commands'] = {
  iocage: '/usr/local/bin/iocage',
  jls: '/usr/sbin/jls',
  jexec: '/usr/sbin/jexec',
  ifconfig: '/sbin/ifconfig',
  zfs: '/sbin/zfs',
  zpool: '/sbin/zpool',
}

/** Where a host's commands are. */
export interface HostPlaces {
  /** Folder of all commands. */
  bin?: string | undefined
  /** Single ones that are elsewhere. */
  commands?: Partial<HostAccess['commands']>
}

/** Absolute paths of a host's commands: all in `bin`, or where FreeBSD keeps them; single ones may be said otherwise. */
export function hostCommands({ bin, commands }: HostPlaces): HostAccess['commands'] {
  const inBin =
    bin === undefined ? {} : Object.fromEntries(Object.keys(FREEBSD).map((name) => [name, path.join(bin, name)]))
  return { ...FREEBSD, ...inBin, ...commands }
}

/** Access to a host with its commands at these places. */
export function createHostAccess({
  run,
  read = run,
  files,
  mirror = DEFAULT_MIRROR,
  ...places
}: HostPlaces & Pick<HostAccess, 'run' | 'files'> & { read?: ReadCommand; mirror?: URL | undefined }): HostAccess {
  return { run, read, files, mirror, commands: hostCommands(places) }
}

/** Where a path of the host is found from here. */
export const seenPath = ({ files }: Pick<HostAccess, 'files'>, hostPath: string): string => path.join(files, hostPath)
