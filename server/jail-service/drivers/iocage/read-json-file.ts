import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'

/** Larger than any configuration that iocage writes (its fullest are 5 kB), in bytes. */
const MAX_BYTES = 1024 * 1024

export type JsonFile =
  | { kind: 'read'; values: Readonly<Record<string, unknown>> }
  /** Missing for the moment: created late, or destroy is under way. */
  | { kind: 'missing' }
  /** `oursAlone`: iocage itself reads it, only our own limits do not allow it. */
  | { kind: 'damaged'; problem: string; oursAlone?: true }

/** Line of a position, from 1, for a message that an editor can follow. */
const lineAt = (text: string, position: number): number => text.slice(0, position).split('\n').length

/** Reads a JSON object from a file that iocage keeps. Follows no link, reads no more than 1 MiB, never throws. */
export function readJsonFile(file: string, name: string): JsonFile {
  let descriptor: number | undefined
  try {
    // O_NONBLOCK: a named pipe in the place of the file must not stop the service.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const stat = fstatSync(descriptor)
    if (!stat.isFile()) return { kind: 'damaged', problem: `${name} is not an ordinary file.` }
    if (stat.size > MAX_BYTES) return { kind: 'damaged', problem: `${name} is larger than 1 MiB.`, oursAlone: true }
    return parseJsonObject(readFileSync(descriptor, 'utf8'), name)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ESRCH') return { kind: 'missing' }
    if (code === 'ELOOP' || code === 'EMLINK')
      return { kind: 'damaged', problem: `${name} is a link.`, oursAlone: true } // EMLINK: FreeBSD, open(2)
    return { kind: 'damaged', problem: `${name} cannot be opened (${code ?? 'unknown error'}).` }
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

/** Parses a JSON object; says in words, with the line, what is wrong with anything else. */
export function parseJsonObject(text: string, name: string): JsonFile {
  if (text.trim() === '') return { kind: 'damaged', problem: `${name} is empty.` }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    const position = /position (\d+)/.exec((error as Error).message)?.[1]
    const line = position === undefined ? text.trimEnd().split('\n').length : lineAt(text, Number(position))
    return { kind: 'damaged', problem: `${name} is not valid JSON at line ${line}.` }
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return { kind: 'damaged', problem: `${name} does not hold a JSON object.` }
  return { kind: 'read', values: json as Record<string, unknown> }
}
