import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** A file of a release as it is written: text, or a link to somewhere. */
export type TreeFile = { text: string; mode: number } | { link: string }

export const file = (text: string, mode = 0o644): TreeFile => ({ text, mode })
export const script = (text: string): TreeFile => ({ text, mode: 0o755 })

/** Writes files below `root`, replacing what is there: never through a link, which could lead out of the tree. */
export function writeTree(root: string, files: Readonly<Record<string, TreeFile>>): void {
  for (const [name, entry] of Object.entries(files)) {
    const target = path.join(root, name)
    mkdirSync(path.dirname(target), { recursive: true })
    rmSync(target, { recursive: true, force: true })
    if ('link' in entry) symlinkSync(entry.link, target)
    else {
      writeFileSync(target, entry.text)
      chmodSync(target, entry.mode)
    }
  }
}

/** Makes folders below `root`: mode by path. */
export function makeFolders(root: string, folders: Readonly<Record<string, number>>): void {
  for (const [name, mode] of Object.entries(folders)) {
    mkdirSync(path.join(root, name), { recursive: true })
    chmodSync(path.join(root, name), mode)
  }
}
