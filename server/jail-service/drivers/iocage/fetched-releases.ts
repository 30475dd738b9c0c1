import { readdirSync } from 'node:fs'
import path from 'node:path'
import { readBelow } from './below-root.ts'

/** A snapshot may take a release's files away for a moment: how long it still counts, in milliseconds. */
const GONE_AFTER_MS = 1_000

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
): { scan(): FetchedRelease[] } {
  const folder = path.join(root, 'releases')
  const known = new Map<string, { release: FetchedRelease; seenAt: number }>()
  return {
    scan() {
      for (const name of releaseFolders(folder)) {
        const script = readBelow(path.join(folder, name, 'root'), 'bin/freebsd-version')
        if (script === undefined) continue
        const patch = /^USERLAND_VERSION="?([\w.-]+)"?/m.exec(script)?.[1] ?? null
        known.set(name, { release: { name, patch }, seenAt: now() })
      }
      for (const [name, { seenAt }] of known) if (now() - seenAt > GONE_AFTER_MS) known.delete(name)
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
