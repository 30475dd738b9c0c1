import { HELP_OPTION, type CommandSpec, type Option } from './option.ts'

/** click's width: 80 columns less a margin of two. */
const WIDTH = 78
/** Names longer than this stand on a line of their own. */
const NAMES_MAX = 30

/** The usage line of a command: `Usage: iocage start [OPTIONS] [JAILS]...`. */
export function usageLine(spec: CommandSpec): string {
  return ['Usage: iocage', spec.name, '[OPTIONS]', spec.usage].filter((word) => word !== '').join(' ')
}

/** What `iocage CMD --help` prints. */
export function commandHelp(spec: CommandSpec): string {
  return [
    usageLine(spec),
    '',
    ...wrap(spec.help, WIDTH - 2).map((line) => `  ${line}`),
    '',
    'Options:',
    ...definitions([...spec.options, HELP_OPTION].map((option) => [optionNames(option), option.help])),
    '',
  ].join('\n')
}

/** What `iocage --help` prints: the global options and every command with the start of its help. */
export function programHelp(options: readonly Option[], commands: readonly CommandSpec[]): string {
  return [
    'Usage: iocage [OPTIONS] COMMAND [ARGS]...',
    '',
    '  A jail manager.',
    '',
    'Options:',
    ...definitions([...options, HELP_OPTION].map((option) => [optionNames(option), option.help])),
    '',
    'Commands:',
    ...definitions(commands.map((command) => [command.name, command.shortHelp ?? command.help])),
    '',
  ].join('\n')
}

function optionNames(option: Option): string {
  const join = (names: readonly string[]) =>
    // click sorts by the length of the prefix: -c before --count.
    names.toSorted((a, b) => prefixLength(a) - prefixLength(b)).join(', ')
  const names = option.off === undefined ? join(option.names) : `${join(option.names)} / ${join(option.off)}`
  return option.takes === undefined ? names : `${names} TEXT`
}

const prefixLength = (name: string): number => (name.startsWith('--') ? 2 : 1)

function definitions(rows: readonly (readonly [string, string])[]): string[] {
  const first = Math.min(NAMES_MAX, Math.max(...rows.map(([name]) => name.length))) + 2
  return rows.flatMap(([name, help]) => {
    const lines = wrap(help, WIDTH - first - 2)
    const indented = lines.map((line) => ' '.repeat(first + 2) + line)
    if (name.length > first - 2) return [`  ${name}`, ...indented]
    return [`  ${name.padEnd(first)}${lines[0] ?? ''}`, ...indented.slice(1)]
  })
}

/** Breaks a text between words; several blanks within a line stay, as Python's textwrap leaves them. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const [, blanks = '', word = ''] of text.matchAll(/(\s*)(\S+)/g)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + blanks.length + word.length <= width)
      lines[lines.length - 1] = last + blanks + word
    else lines.push(word)
  }
  return lines
}
