import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { zfs } from '../../storage/zfs.ts'
import type { Iocage } from '../model/iocage-root.ts'

/** The name of a release while it is unpacked: hidden, and telling who does it. */
export const halfReleaseName = (release: string): string => `.${release}.${process.pid}`

/** Destroys what fetches that were killed have left; with `own` also this process's. */
export async function sweepHalfReleases(iocage: Iocage, options: { own?: boolean } = {}): Promise<void> {
  const folder = path.join(iocage.root, 'releases')
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) {
    const pid = Number(/^\..+\.(\d+)$/.exec(name)?.[1])
    if (Number.isNaN(pid)) continue
    if (pid === process.pid ? options.own !== true : isFetching(pid)) continue
    await zfs('destroy', '-r', '-Rf', `${iocage.pool}/iocage/releases/${name}`)
  }
}

/** A pid may belong to something else by now: only another iocage counts. */
function isFetching(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes('iocage')
  } catch {
    return false
  }
}
