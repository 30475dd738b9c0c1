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

/** Where a path of the host is found from here. */
export const seenPath = ({ files }: Pick<HostAccess, 'files'>, hostPath: string): string => path.join(files, hostPath)
