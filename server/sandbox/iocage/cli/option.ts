/** One option of a command, as click declares it. */
export interface Option {
  /** All spellings, long ones first as declared: `['--count', '-c']`. */
  names: readonly string[]
  /** Spellings that switch it off: `['--noverify', '-NV']`. */
  off?: readonly string[]
  /** Key under which the value is handed to the command. */
  key: string
  /** Takes a value; `many` collects them. Without it the option is a switch. */
  takes?: 'one' | 'many'
  /** What a switch stores (several switches may share a key): `true` unless said. */
  value?: string
  help: string
}

/** A command's face: its usage line, what its help says, which options it takes. */
export interface CommandSpec {
  name: string
  /** First sentence of its help. */
  help: string
  /** The same, as the list of commands shows it, when it is cut there. */
  shortHelp?: string
  /** Arguments as the usage line names them: `[JAILS]...`. */
  usage: string
  options: readonly Option[]
  /** Unknown options stay arguments (exec, pkg): but the command's own are taken out of them wherever they stand. */
  ignoreUnknown?: boolean
}

/** What a command line asked for. */
export interface Parsed {
  args: string[]
  values: Record<string, string | undefined>
  lists: Record<string, string[] | undefined>
  on: (key: string) => boolean
}

export const HELP_OPTION: Option = { names: ['--help'], key: 'help', help: 'Show this message and exit.' }
