import path from 'node:path'
import type { HostAccess } from '../../host/host-access.ts'
import { seenPath } from '../../host/host-access.ts'
import type { FoldedJail } from './fold-jail.ts'

/**
 * Folders in which iocage leaves a trace of a change (contract, section 7). Jails' own folders only on Linux, where a
 * watch costs no descriptor: elsewhere it would keep their file systems busy, and the regular look finds them anyway.
 */
export function watchedFolders(access: HostAccess, root: string | undefined, jails: readonly FoldedJail[]): string[] {
  const run = seenPath(access, '/var/run')
  // Before iocage made its datasets: the folder where they will be mounted appears in `/`.
  if (root === undefined) return [run, seenPath(access, '/')]
  const below = ['jails', 'templates', 'releases'].map((name) => path.join(root, name))
  const own =
    process.platform === 'linux' ? jails.map(({ folder }) => path.join(root, `${folder.kind}s`, folder.name)) : []
  return [run, root, ...below, ...own]
}
