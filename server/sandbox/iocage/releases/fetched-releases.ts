import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Iocage } from '../model/iocage-root.ts'

/** Names of the releases below `releases/`, oldest version first; hidden folders are half-made ones. */
export function fetchedReleases(iocage: Iocage): string[] {
  const folder = path.join(iocage.root, 'releases')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .toSorted(compareReleases)
}

/** Orders `13.5-RELEASE` before `14.0-RELEASE`: by the numbers in front, then by text. */
export function compareReleases(a: string, b: string): number {
  return releaseNumber(a) - releaseNumber(b) || (a < b ? -1 : a > b ? 1 : 0)
}

const releaseNumber = (release: string): number => {
  const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/.exec(release) ?? []
  return Number(major) * 1000 + Number(minor)
}

/** The version with its patch level that a root's own `freebsd-version` tells; undefined where it has none. */
export function userlandVersion(root: string): string | undefined {
  try {
    const text = readFileSync(path.join(root, 'bin/freebsd-version'), 'utf8')
    return /^USERLAND_VERSION="?([^"\n]*)/m.exec(text)?.[1]
  } catch {
    return undefined
  }
}
