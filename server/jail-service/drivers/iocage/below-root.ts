import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, readlinkSync } from 'node:fs'
import path from 'node:path'

/** More links than any real path has; beyond it is a loop. */
const MAX_LINKS = 32
/** Largest file that is read below a jail's root, in bytes. */
const MAX_BYTES = 1024 * 1024

export type Resolved = { kind: 'inside'; path: string } | { kind: 'missing' } | { kind: 'leaves'; at: string }

/**
 * Where a path below a jail's root leads when the **host** follows it: a link to an absolute path, or above the root,
 * leaves the jail and would be followed into the host's own files (security.md, T5). `at` is the link that does it, as
 * the jail names it. A part that does not exist is no danger.
 */
export function resolveBelow(root: string, inside: string): Resolved {
  const pending = inside.split('/').filter((part) => part !== '' && part !== '.')
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
    const parts = target.split('/').filter((word) => word !== '' && word !== '.')
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

/** A small ordinary file below a root that nobody can change at the same time; undefined when it is anything else. */
export function readBelow(root: string, inside: string): string | undefined {
  const resolved = resolveBelow(root, inside)
  if (resolved.kind !== 'inside') return undefined
  let descriptor: number | undefined
  try {
    descriptor = openSync(resolved.path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const stat = fstatSync(descriptor)
    return stat.isFile() && stat.size <= MAX_BYTES ? readFileSync(descriptor, 'utf8') : undefined
  } catch {
    return undefined
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}
