import { lstatSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'

const WRITABLE_BY_OTHERS = 0o022
const STICKY = 0o1000

/** Root may do anything anyway, and we are who we are. */
const isTrusted = (uid: number): boolean => uid === 0 || uid === process.geteuid?.()

/**
 * Why somebody else could put another file in the place of ours in a folder, or another folder in its place, in one
 * sentence with the way out; undefined when nobody but root and we can. `folder` is absolute and exists.
 */
export function folderProblem(folder: string): string | undefined {
  // As it was named and as it is: a link on the way belongs to whoever may turn it elsewhere.
  for (const place of [...new Set([...wayTo(folder), ...wayTo(realpathSync(folder))])]) {
    const entry = lstatSync(place)
    if (!isTrusted(entry.uid))
      return `${place} belongs to user ${entry.uid}, who could put another ${entry.isSymbolicLink() ? 'link' : 'folder'} in its place: chown root ${place}`
    if (entry.isSymbolicLink()) continue // its mode means nothing, its owner was looked at
    // Where everybody may write and nobody may move what is another's (as in /tmp), the folder itself is safe.
    if ((entry.mode & WRITABLE_BY_OTHERS) !== 0 && ((entry.mode & STICKY) === 0 || place === realpathSync(folder)))
      return `others may write to ${place} and so put something of theirs in place of ours: chmod go-w ${place}`
  }
  return undefined
}

/** The folder and all above it, the topmost first. */
function wayTo(folder: string): string[] {
  const above = path.dirname(folder)
  return above === folder ? [folder] : [...wayTo(above), folder]
}

/** Why a folder of our own secrets is not ours alone; undefined when it is. Others' right to read it is taken away before. */
export function ownFolderProblem(folder: string): string | undefined {
  const link = lstatSync(folder)
  const { uid, mode } = statSync(folder)
  for (const owner of [link.uid, uid])
    if (!isTrusted(owner)) return `${folder} belongs to user ${owner}, who could read and change what is in it.`
  return (mode & 0o077) === 0 ? undefined : `others may enter ${folder}: chmod 700 ${folder}`
}
