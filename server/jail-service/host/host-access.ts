import path from 'node:path'
import type { RunCommand } from '../run-command.ts'

export type HostCommand = 'iocage' | 'jls' | 'jexec' | 'ifconfig' | 'zfs' | 'zpool'

/** How the service reaches its jail host: absolute paths of the commands, and where the host's files are seen. */
export interface HostAccess {
  commands: Readonly<Record<HostCommand, string>>
  run: RunCommand
  /** Prefix under which the host's file system is seen: `/` on the host itself. */
  files: string
}

/** Where FreeBSD and its ports keep these commands. */
const FREEBSD: HostAccess['commands'] = {
  iocage: '/usr/local/bin/iocage',
  jls: '/usr/sbin/jls',
  jexec: '/usr/sbin/jexec',
  ifconfig: '/sbin/ifconfig',
  zfs: '/sbin/zfs',
  zpool: '/sbin/zpool',
}

/** Access to a host whose commands are all in `bin`, or where FreeBSD keeps them; single ones may be said otherwise. */
export function createHostAccess(given: {
  run: RunCommand
  files: string
  bin?: string | undefined
  commands?: Partial<HostAccess['commands']>
}): HostAccess {
  const { run, files, bin, commands } = given
  const inBin = (names: readonly string[]) =>
    bin === undefined ? {} : Object.fromEntries(names.map((name) => [name, path.join(bin, name)]))
  return { run, files, commands: { ...FREEBSD, ...inBin(Object.keys(FREEBSD)), ...commands } }
}

/** Where a path of the host is found from here. */
export const seenPath = ({ files }: Pick<HostAccess, 'files'>, hostPath: string): string => path.join(files, hostPath)
