import { readdirSync } from 'node:fs'
import path from 'node:path'
import { readBelow } from './below-root.ts'

/** How long a release counts whose folder is not listed, in milliseconds: one failed look is none. */
const GONE_AFTER_MS = 1_000
/** The same while its folder is there and its files are not: they are being mounted again, which a busy host delays. */
const UNMOUNTED_MS = 10_000

/** A release whose base is unpacked. */
export interface FetchedRelease {
  name: string
  /** With patch level, from its freebsd-version; null when that does not tell. */
  patch: string | null
}

/** Reader of the releases below iocage's root, as seen from here: those whose base is unpacked. Never throws. */
export function createReleaseFolders(
  root: string,
  now: () => number = () => performance.now(),
): { scan(): FetchedRelease[]; folders(): string[] } {
  const folder = path.join(root, 'releases')
  const known = new Map<string, { release: FetchedRelease; seenAt: number }>()
  return {
    /** Names of all that is there, unpacked or not. */
    folders: () => releaseFolders(folder),
    scan() {
      const listed = releaseFolders(folder)
      for (const name of listed) {
        const script = readBelow(path.join(folder, name, 'root'), 'bin/freebsd-version')
        if (script === undefined) continue
        const patch = /^USERLAND_VERSION="?([\w.-]+)"?/m.exec(script)?.[1] ?? null
        known.set(name, { release: { name, patch }, seenAt: now() })
      }
      for (const [name, { seenAt }] of known)
        if (now() - seenAt > (listed.includes(name) ? UNMOUNTED_MS : GONE_AFTER_MS)) known.delete(name)
      return [...known.values()].map(({ release }) => release)
    },
  }
}

function releaseFolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && /^\d/.test(entry.name))
      .map(({ name }) => name)
  } catch {
    return []
  }
}
