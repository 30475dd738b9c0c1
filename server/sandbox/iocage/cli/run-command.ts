import type { Dialect } from '../../state.ts'
import { IocageError } from '../errors.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { createOutput, type Output } from '../output.ts'
import { commandSpecs } from './command-specs.ts'
import { commandHelp, programHelp, usageLine } from './format-help.ts'
import { globalOptions } from './global-options.ts'
import type { CommandSpec, Parsed } from './option.ts'
import { parseCommand, UsageError } from './parse-command.ts'

/** One command's work: what was asked for, on what; its exit code, 0 unless it says otherwise. */
export type CommandRun = (iocage: Iocage, parsed: Parsed, spec: CommandSpec) => Promise<number | void>

/** First line of `--version`, exactly as each version prints it. */
const VERSIONS: Record<Dialect, string> = { '0.9.7': 'Version\t0.9.7 2017/03/08', '1.13': 'Version\t1.13' }

/** Commands that 1.13 lets an ordinary user run. */
const WITHOUT_ROOT = ['chroot', 'df', 'get', 'list', 'snaplist', 'snapremove']

/** Each command's file, loaded when it is asked for. */
const RUNS: Record<string, () => Promise<{ run: CommandRun }>> = {
  activate: () => import('../commands/activate.ts'),
  chroot: () => import('../commands/chroot.ts'),
  clean: () => import('../commands/clean.ts'),
  clone: () => import('../commands/clone.ts'),
  console: () => import('../commands/console.ts'),
  create: () => import('../commands/create.ts'),
  deactivate: () => import('../commands/deactivate.ts'),
  debug: () => import('../commands/debug.ts'),
  destroy: () => import('../commands/destroy.ts'),
  df: () => import('../commands/df.ts'),
  exec: () => import('../commands/exec.ts'),
  export: () => import('../commands/export.ts'),
  fetch: () => import('../commands/fetch.ts'),
  fstab: () => import('../commands/fstab.ts'),
  get: () => import('../commands/get.ts'),
  import: () => import('../commands/import.ts'),
  list: () => import('../commands/list.ts'),
  migrate: () => import('../commands/migrate.ts'),
  pkg: () => import('../commands/pkg.ts'),
  rename: () => import('../commands/rename.ts'),
  restart: () => import('../commands/restart.ts'),
  rollback: () => import('../commands/rollback.ts'),
  set: () => import('../commands/set.ts'),
  snaplist: () => import('../commands/snaplist.ts'),
  snapremove: () => import('../commands/snapremove.ts'),
  snapshot: () => import('../commands/snapshot.ts'),
  start: () => import('../commands/start.ts'),
  stop: () => import('../commands/stop.ts'),
  update: () => import('../commands/update.ts'),
  upgrade: () => import('../commands/upgrade.ts'),
}

/** Runs `iocage ARGV` in a dialect and answers its exit code; everything it says goes to the process's streams. */
export async function runIocage(argv: readonly string[], dialect: Dialect): Promise<number> {
  const out = createOutput(dialect)
  try {
    return await dispatch(argv, dialect, out)
  } catch (error) {
    if (!(error instanceof IocageError)) throw error
    if (error.message !== '') {
      if (error.stream === 'stdout') out.raw(`${error.message}\n`)
      else out.rawError(`${error.message}\n`)
    }
    return error.status
  }
}

async function dispatch(argv: readonly string[], dialect: Dialect, out: Output): Promise<number> {
  const specs = commandSpecs(dialect)
  const at = argv.findIndex((word) => !word.startsWith('-'))
  const before = at === -1 ? argv : argv.slice(0, at)
  const program: CommandSpec = { name: '', help: '', usage: 'COMMAND [ARGS]...', options: globalOptions(dialect) }
  const global = usage(program, out, dialect, () => parseCommand(program, before, { capital: dialect === '1.13' }))
  if (typeof global === 'number') return global
  if (global.on('version')) {
    out.raw(`${VERSIONS[dialect]}\n`)
    return 0
  }
  const name = at === -1 ? undefined : argv[at]
  if (name === undefined || global.on('help')) {
    out.raw(programHelp(program.options, specs))
    return 0
  }
  const spec = specs.find((command) => command.name === name)
  const load = RUNS[name]
  if (spec === undefined || load === undefined) {
    usageFailure(
      program,
      out,
      dialect,
      dialect === '1.13' ? `No such command '${name}'.` : `No such command "${name}".`,
    )
    return 2
  }
  const words = argv.slice(at + 1)
  if (words[0] === 'help' && words.length === 1) {
    out.raw(commandHelp(spec))
    return 0
  }
  const parsed = usage(spec, out, dialect, () => parseCommand(spec, words, { capital: dialect === '1.13' }))
  if (typeof parsed === 'number') return parsed
  if (parsed.on('help')) {
    out.raw(commandHelp(spec))
    return 0
  }
  const isRoot = process.getuid?.() === 0
  if (!isRoot && !WITHOUT_ROOT.includes(name))
    throw new IocageError(`You need to have root privileges to run ${name}${dialect === '1.13' ? '' : '!'}`)

  const { openIocage } = await import('../model/open-iocage.ts')
  const iocage = await openIocage({ dialect, out, isRoot, command: name, rc: parsed.on('rc') })
  const { run } = await load()
  return (await run(iocage, parsed, spec)) ?? 0
}

/** What `parse` answers, or 2 after its mistake was printed. */
function usage(spec: CommandSpec, out: Output, dialect: Dialect, parse: () => Parsed): Parsed | number {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    usageFailure(spec, out, dialect, error.message)
    return 2
  }
}

function usageFailure(spec: CommandSpec, out: Output, dialect: Dialect, message: string): void {
  const command = ['iocage', spec.name].filter((word) => word !== '').join(' ')
  const line = spec.name === '' ? 'Usage: iocage [OPTIONS] COMMAND [ARGS]...' : usageLine(spec)
  // click 8 also says where help is.
  const hint = dialect === '1.13' ? `Try '${command} --help' for help.\n` : ''
  out.rawError(`${line}\n${hint}\nError: ${message}\n`)
}
