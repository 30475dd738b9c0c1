import { readdirSync } from 'node:fs'
import path from 'node:path'
import { readBelow } from './below-root.ts'

/** A release whose base is unpacked. */
export interface FetchedRelease {
  name: string
  /** With patch level, from its freebsd-version; null when that does not tell. */
  patch: string | null
}

/** The releases below iocage's root, as seen from here: those whose base is unpacked. Never throws. */
export function fetchedReleases(root: string): FetchedRelease[] {
  const folder = path.join(root, 'releases')
  let names: string[]
  try {
    names = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && /^\d/.test(entry.name))
      .map(({ name }) => name)
  } catch {
    return []
  }
  return names.flatMap((name) => {
    const script = readBelow(path.join(folder, name, 'root'), 'bin/freebsd-version')
    if (script === undefined) return []
    return { name, patch: /^USERLAND_VERSION="?([\w.-]+)"?/m.exec(script)?.[1] ?? null }
  })
}
