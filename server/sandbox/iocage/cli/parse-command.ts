import { closeMatches } from './close-matches.ts'
import { HELP_OPTION, type CommandSpec, type Option, type Parsed } from './option.ts'

/** A mistake in how a command was called: exit code 2 and the usage line. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** Where click 8 (1.13) and click 6 (0.9.7) differ in words. */
export interface ClickWords {
  capital: boolean
}

/**
 * Reads a command line the way click does: options and arguments in any order, clusters of one-letter switches,
 * values attached or separate, `--` ends the options. Throws UsageError in click's words.
 */
export function parseCommand(spec: CommandSpec, argv: readonly string[], words: ClickWords): Parsed {
  const values: Record<string, string | undefined> = {}
  const lists: Record<string, string[] | undefined> = {}
  const args: string[] = []
  const rest = [...argv]
  const byName = new Map<string, { option: Option; off: boolean }>()
  for (const option of [...spec.options, HELP_OPTION]) {
    for (const name of option.names) byName.set(name, { option, off: false })
    for (const name of option.off ?? []) byName.set(name, { option, off: true })
  }
  const text = (sentence: string) => (words.capital ? sentence : sentence.charAt(0).toLowerCase() + sentence.slice(1))

  const store = (option: Option, value: string) => {
    if (option.takes === 'many') (lists[option.key] ??= []).push(value)
    else values[option.key] = value
  }

  const longOption = (name: string, attached: string | undefined): boolean => {
    const found = byName.get(name)
    if (found === undefined) return false
    if (found.option.takes !== undefined) {
      const value = attached ?? rest.shift()
      if (value === undefined)
        throw new UsageError(
          words.capital ? `Option '${name}' requires an argument.` : `${name} option requires an argument`,
        )
      store(found.option, value)
    } else {
      if (attached !== undefined)
        throw new UsageError(
          words.capital ? `Option '${name}' does not take a value.` : `${name} option does not take a value`,
        )
      values[found.option.key] = found.off ? '' : (found.option.value ?? 'true')
    }
    return true
  }

  const cluster = (word: string) => {
    const unknown: string[] = []
    const letters = word.slice(1)
    for (let at = 0; at < letters.length; at++) {
      const name = `-${letters[at] ?? ''}`
      const found = byName.get(name)
      if (found === undefined) {
        if (spec.ignoreUnknown !== true) throw new UsageError(text(`No such option: ${name}`))
        unknown.push(letters[at] ?? '')
        continue
      }
      if (found.option.takes === undefined) {
        values[found.option.key] = found.off ? '' : (found.option.value ?? 'true')
        continue
      }
      const attached = letters.slice(at + 1)
      const value = attached === '' ? rest.shift() : attached
      if (value === undefined)
        throw new UsageError(
          words.capital ? `Option '${name}' requires an argument.` : `${name} option requires an argument`,
        )
      store(found.option, value)
      break
    }
    if (unknown.length > 0) args.push(`-${unknown.join('')}`)
  }

  while (rest.length > 0) {
    const word = rest.shift() ?? ''
    if (word === '--') {
      args.push(...rest)
      break
    }
    if (!word.startsWith('-') || word.length < 2) {
      args.push(word)
      continue
    }
    const [name = '', attached] = word.includes('=')
      ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]
      : [word, undefined]
    if (longOption(name, attached)) continue
    if (!word.startsWith('--')) {
      cluster(word)
      continue
    }
    if (spec.ignoreUnknown === true) args.push(word)
    else throw new UsageError(text(`No such option: ${name}`) + suggestion(name, [...byName.keys()], words))
  }

  return { args, values, lists, on: (key) => (values[key] ?? '') !== '' }
}

function suggestion(name: string, known: string[], words: ClickWords): string {
  const long = known.filter((candidate) => candidate.startsWith('--'))
  const close = closeMatches(name, long).toSorted()
  const [first, ...others] = close
  if (first === undefined) return ''
  if (words.capital && others.length === 0) return ` Did you mean ${first}?`
  if (others.length === 0) return `  Did you mean ${first}?`
  return words.capital ? ` (Possible options: ${close.join(', ')})` : `  (Possible options: ${close.join(', ')})`
}
