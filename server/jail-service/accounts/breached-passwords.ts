import { createHash } from 'node:crypto'
import { fstatSync, openSync, readSync } from 'node:fs'
import { StartRefusal } from '../start-refusal.ts'

/** Longest line, in bytes: a digest of 40 characters, a colon, how often it was seen, an end. */
const LINE_MAX = 64
const LINE = /^([0-9A-F]{40})(?::\d+)?\r?$/i

/**
 * Whether a password is in a file of passwords known from breaches: the digests (SHA-1) line by line, sorted, as Have I Been
 * Pwned gives them out (`HASH:COUNT`). The file may be larger than memory; some forty small reads find a line. Throws
 * StartRefusal when it is no such file.
 */
export function openBreachedPasswords(file: string): (password: string) => boolean {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch (cause) {
    throw new StartRefusal(`--breached-passwords: ${file} cannot be read.`, { cause })
  }
  const { size } = fstatSync(descriptor)
  const buffer = Buffer.alloc(2 * LINE_MAX)

  /** The first line that begins at or after an offset; undefined: there is none. */
  function lineFrom(offset: number): { start: number; next: number; digest: string } | undefined {
    const at = Math.max(0, offset - 1)
    const text = buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, buffer.length, at))
    const begin = offset === 0 ? 0 : text.indexOf('\n') + 1
    if ((offset > 0 && begin === 0) || at + begin >= size) return undefined
    const end = text.indexOf('\n', begin)
    const line = text.slice(begin, end === -1 ? undefined : end)
    const digest = LINE.exec(line)?.[1]?.toUpperCase()
    if (digest === undefined)
      throw new StartRefusal(`--breached-passwords: ${file} is no sorted list of SHA-1 digests.`)
    return { start: at + begin, next: at + begin + line.length + 1, digest }
  }
  function has(wanted: string): boolean {
    let [low, high] = [0, size]
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const line = lineFrom(middle)
      if (line === undefined || line.start >= high || line.digest > wanted) high = middle
      else if (line.digest === wanted) return true
      else low = line.next
    }
    return false
  }

  const [first, last] = [lineFrom(0), lineFrom(Math.max(0, size - LINE_MAX))]
  if (first === undefined || last === undefined || first.digest > last.digest)
    throw new StartRefusal(`--breached-passwords: ${file} is no sorted list of SHA-1 digests.`)
  return (password) =>
    [...new Set([password, password.normalize('NFKC')])].some((text) =>
      has(createHash('sha1').update(text).digest('hex').toUpperCase()),
    )
}
