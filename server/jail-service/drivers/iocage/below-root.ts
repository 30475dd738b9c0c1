import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, readSync, statSync } from 'node:fs'
import path from 'node:path'

/** More links than any real path has; beyond it is a loop. */
const MAX_LINKS = 32
/** Largest file that is read below a jail's root, in bytes. */
const MAX_BYTES = 1024 * 1024

export type Resolved = { kind: 'inside'; path: string } | { kind: 'missing' } | { kind: 'leaves'; at: string }

/**
 * Where a path below a jail's root leads when the **host** follows it, at this moment: a link to an absolute path, or above the root,
 * leaves the jail and would be followed into the host's own files (security.md, T5). `at` is the link that does it, as
 * the jail names it. A part that does not exist is no danger.
 */
export function resolveBelow(root: string, inside: string): Resolved {
  const pending = partsOf(inside)
  const walked: string[] = []
  let links = 0
  while (pending.length > 0) {
    const part = pending.shift() ?? ''
    if (part === '..') {
      if (walked.pop() === undefined) return { kind: 'leaves', at: `/${inside}` }
      continue
    }
    walked.push(part)
    const here = path.join(root, ...walked)
    let isLink: boolean
    try {
      isLink = lstatSync(here).isSymbolicLink()
    } catch {
      return { kind: 'missing' }
    }
    if (!isLink) continue
    links += 1
    const at = `/${walked.join('/')}`
    const target = readlinkSync(here)
    if (target.startsWith('/') || links > MAX_LINKS) return { kind: 'leaves', at }
    walked.pop()
    const parts = partsOf(target)
    // Going above the root is seen here, so that the message names the link and not the path asked for.
    if (climbs(walked.length, parts)) return { kind: 'leaves', at }
    pending.unshift(...parts)
  }
  return { kind: 'inside', path: path.join(root, ...walked) }
}

function climbs(depth: number, parts: readonly string[]): boolean {
  for (const part of parts) {
    depth += part === '..' ? -1 : 1
    if (depth < 0) return true
  }
  return false
}

/**
 * A small ordinary file below a root; undefined when it is anything else, or is not inside. The jail may run and swap
 * folders for links at the same time: each folder is entered, and must then be the one that was looked at (Node has no
 * openat(2)). All of it happens in one go, so that nobody else sees the changed working directory.
 */
export function readBelow(root: string, inside: string): string | undefined {
  const before = process.cwd()
  let descriptor: number | undefined
  try {
    descriptor = openBelow(root, inside)
    return descriptor === undefined ? undefined : readSmallFile(descriptor)
  } catch {
    return undefined
  } finally {
    process.chdir(before)
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

const partsOf = (text: string): string[] => text.split('/').filter((part) => part !== '' && part !== '.')

/** Leaves the working directory changed. Throws what the file system says. */
function openBelow(root: string, inside: string): number | undefined {
  let pending = partsOf(inside)
  let walked: string[] = []
  const startAgain = (parts: string[]) => {
    pending = parts
    walked = []
    process.chdir(root)
  }
  process.chdir(root)
  for (let links = 0; pending.length > 0;) {
    const part = pending.shift() ?? ''
    if (part === '..') {
      // By name from the root again: the folder above may be another one by now.
      if (walked.length === 0) return undefined
      startAgain([...walked.slice(0, -1), ...pending])
      continue
    }
    const seen = lstatSync(part)
    if (seen.isSymbolicLink()) {
      const target = readlinkSync(part)
      links += 1
      if (target.startsWith('/') || links > MAX_LINKS) return undefined
      startAgain([...walked, ...partsOf(target), ...pending])
      continue
    }
    if (pending.length === 0) return openSync(part, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    if (!seen.isDirectory()) return undefined
    process.chdir(part)
    const here = statSync('.')
    if (here.ino !== seen.ino || here.dev !== seen.dev) return undefined
    walked.push(part)
  }
  return undefined
}

function readSmallFile(descriptor: number): string | undefined {
  if (!fstatSync(descriptor).isFile()) return undefined
  // It may grow while it is read.
  const bytes = Buffer.alloc(MAX_BYTES + 1)
  let length = 0
  for (let read = 1; read > 0 && length < bytes.length; length += read)
    read = readSync(descriptor, bytes, length, bytes.length - length, null)
  return length > MAX_BYTES ? undefined : bytes.toString('utf8', 0, length)
}
