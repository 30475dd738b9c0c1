import type { CommandResult } from '../command-result.ts'

/** What getopt(3) found: every option's values in order (empty text for one without), then the operands. */
export interface ParsedOptions {
  has(letter: string): boolean
  /** The last value given for `letter`. */
  value(letter: string): string | undefined
  values(letter: string): string[]
  operands: string[]
}

/** A wrong call: what zfs(8) prints before its usage; exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/**
 * Parses `argv` by a getopt(3) specification such as `Hrpo:`; like FreeBSD's it stops at the first operand.
 * Throws UsageError.
 */
export function parseOptions(argv: readonly string[], specification: string): ParsedOptions {
  const found = new Map<string, string[]>()
  let at = 0
  for (; at < argv.length; at++) {
    const word = argv[at]!
    if (word === '--') {
      at++
      break
    }
    if (!word.startsWith('-') || word === '-') break
    for (let index = 1; index < word.length; index++) {
      const letter = word[index]!
      const place = letter === ':' ? -1 : specification.indexOf(letter)
      if (place < 0) throw new UsageError(`invalid option '${letter}'`)
      let value = ''
      const takesValue = specification[place + 1] === ':'
      if (takesValue) {
        const rest = word.slice(index + 1)
        const next = rest === '' ? argv[++at] : rest
        if (next === undefined) throw new UsageError(`missing argument for '${letter}' option`)
        value = next
      }
      found.set(letter, [...(found.get(letter) ?? []), value])
      if (takesValue) break
    }
  }
  return {
    has: (letter) => found.has(letter),
    value: (letter) => found.get(letter)?.at(-1),
    values: (letter) => found.get(letter) ?? [],
    operands: argv.slice(at),
  }
}

/** The result of a wrong call, with the usage line of the subcommand below the message. */
export function usageFailure(message: string, usage: string): CommandResult {
  return { status: 2, stdout: '', stderr: `${message}\nusage:\n\t${usage}\n` }
}
