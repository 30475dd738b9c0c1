import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs'
import path from 'node:path'

/** One line of `zfs diff`: added, removed or modified. */
export interface Difference {
  change: '+' | '-' | 'M'
  /** Relative path. */
  path: string
  /** As `zfs diff -F` marks it: a file, a folder, a link … */
  type: string
}

function typeOf(status: Stats): string {
  if (status.isDirectory()) return '/'
  if (status.isSymbolicLink()) return '@'
  if (status.isFIFO()) return '|'
  if (status.isSocket()) return '='
  if (status.isBlockDevice() || status.isCharacterDevice()) return 'B'
  return 'F'
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function differs(before: Stats, after: Stats, from: string, to: string): boolean {
  if (before.mode !== after.mode || before.uid !== after.uid || before.gid !== after.gid) return true
  if (before.isSymbolicLink()) return readlinkSync(from) !== readlinkSync(to)
  return before.mtimeMs !== after.mtimeMs || (!before.isDirectory() && before.size !== after.size)
}

/** How the files below `after` differ from those below `before`, by their attributes; other file systems are left out. */
export function compareTrees(before: string, after: string): Difference[] {
  const found: Difference[] = []
  const device = lstatSync(after).dev
  // By what it holds and not by its time alone: some file systems count whole seconds.
  const holdsOthers = (from: string, to: string) => namesIn(from).sort().join('/') !== namesIn(to).sort().join('/')
  const visit = (relative: string) => {
    const [from, to] = [path.join(before, relative), path.join(after, relative)]
    for (const name of [...new Set([...namesIn(from), ...namesIn(to)])].sort()) {
      const at = path.join(relative, name)
      const old = lstatSync(path.join(from, name), { throwIfNoEntry: false })
      const young = lstatSync(path.join(to, name), { throwIfNoEntry: false })
      // A dataset mounted inside is not part of this one; its empty mount point is.
      const isForeign = young?.isDirectory() === true && young.dev !== device
      const kind = (old ?? young)!
      if (old === undefined) found.push({ change: '+', path: at, type: typeOf(kind) })
      else if (young === undefined) found.push({ change: '-', path: at, type: typeOf(kind) })
      else if (
        !isForeign &&
        (differs(old, young, path.join(from, name), path.join(to, name)) ||
          (young.isDirectory() && holdsOthers(path.join(from, name), path.join(to, name))))
      )
        found.push({ change: 'M', path: at, type: typeOf(young) })
      if (!isForeign && (old?.isDirectory() === true || young?.isDirectory() === true)) visit(at)
    }
  }
  const [top, topAfter] = [lstatSync(before), lstatSync(after)]
  if (differs(top, topAfter, before, after) || holdsOthers(before, after))
    found.push({ change: 'M', path: '', type: '/' })
  visit('')
  return found
}

/** Differences as `zfs diff` prints them, paths below `mountpoint`. */
export function printDifferences(found: readonly Difference[], mountpoint: string, withType: boolean): string {
  return found
    .map(
      ({ change, path: at, type }) =>
        `${change}\t${withType ? `${type}\t` : ''}${path.join(mountpoint, at) + (at === '' ? '/' : '')}\n`,
    )
    .join('')
}
