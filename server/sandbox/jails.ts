import path from 'node:path'
import { type CommandResult, failed, succeeded } from './command-result.ts'
import { changeJail } from './jails/change-jail.ts'
import { createJail } from './jails/create-jail.ts'
import { JailError } from './jails/jail-error.ts'
import { runInJail, runOnHost } from './jails/jail-hooks.ts'
import { isSet, type JailParameters, parametersOfWords, valueOf } from './jails/jail-parameters.ts'
import { findJail, listJails, type RunningJail } from './jails/jail-state.ts'
import { readJailConf } from './jails/read-jail-conf.ts'
import { runProgram } from './run-program.ts'
import { storageContext } from './storage/context.ts'

const USAGE =
  'usage: jail [-dhilqv] [-J jid_file] [-u username] [-U username]\n' +
  '            -[cmr] param=value ... [command=command ...]\n' +
  '       jail [-dqv] [-f file] -[cmr] [jail]\n'

interface Options {
  action: 'c' | 'm' | 'r' | undefined
  file: string
  quiet: boolean
  printsJid: boolean
  atOnce: boolean
  words: string[]
}

/** `jail ARGV`, as jail(8) answers it. Only inside the sandbox host. */
export async function jail(argv: readonly string[]): Promise<CommandResult> {
  const options = readOptions(argv)
  if (options === undefined || options.action === undefined) return failed(USAGE)
  try {
    if (options.action === 'r') return await removeNamed(options)
    const wanted = jailsWanted(options)
    let said = ''
    for (const parameters of wanted) {
      const name = valueOf(parameters, 'name')
      const prefix = name === undefined ? '' : `${name}: `
      try {
        said += options.action === 'c' ? await create(parameters, options) : await change(parameters)
      } catch (error) {
        throw error instanceof Error ? new JailError(prefix + error.message, { cause: error }) : error
      }
    }
    return succeeded(said)
  } catch (error) {
    // Also when one of our own steps failed: to whoever called, jail(8) did.
    if (error instanceof Error) return failed(`jail: ${error.message}\n`)
    throw error
  }
}

function readOptions(argv: readonly string[]): Options | undefined {
  const options: Options = {
    action: undefined,
    file: '/etc/jail.conf',
    quiet: false,
    printsJid: false,
    atOnce: false,
    words: [],
  }
  let at = 0
  for (; at < argv.length; at++) {
    const word = argv[at] ?? ''
    if (word === '--' || !word.startsWith('-') || word === '-') break
    for (const letter of word.slice(1)) {
      if (letter === 'c' || letter === 'm' || letter === 'r') options.action = letter
      else if (letter === 'R') Object.assign(options, { action: 'r', atOnce: true })
      else if (letter === 'q') options.quiet = true
      else if (letter === 'i') options.printsJid = true
      else if ('dhlv'.includes(letter)) continue
      else if ('fnJuUsp'.includes(letter)) {
        // The rest of the word, or the next one.
        const rest = word.slice(word.indexOf(letter) + 1)
        const value = rest === '' ? argv[++at] : rest
        if (value === undefined) return undefined
        if (letter === 'f') options.file = value
        else if (letter === 'n') options.words.push(`name=${value}`)
        else if (letter === 's') options.words.push(`securelevel=${value}`)
        break
      } else return undefined
    }
  }
  options.words.push(...argv.slice(argv[at] === '--' ? at + 1 : at))
  return options
}

/** From the command line where it has parameters, else from the file: the ones that are named, or all. */
function jailsWanted({ words, file }: Options): JailParameters[] {
  if (words.some((word) => word.includes('='))) return [parametersOfWords(words)]
  const configured = readJailConf(file)
  if (words.length === 0 || words.includes('*')) return [...configured.values()]
  return words.map((name) => {
    const parameters = configured.get(name)
    if (parameters === undefined) throw new JailError(`"${name}" not found`)
    return parameters
  })
}

async function create(parameters: JailParameters, { quiet, printsJid }: Options): Promise<string> {
  let said = await runOnHost(parameters, 'exec.prepare')
  said += await runOnHost(parameters, 'exec.prestart')
  const made = await createJail(parameters)
  try {
    said += await runOnHost(parameters, 'exec.created')
    said += await runInJail(parameters, made.jid, 'exec.start')
    said += await runInJail(parameters, made.jid, 'command')
    said += await runOnHost(parameters, 'exec.poststart')
  } catch (error) {
    await stop(made, 0)
    throw error
  }
  // FreeBSD's kernel takes a jail away with its last process, unless it is to persist; what exec.start left behind may run on.
  if (!isSet(parameters, 'persist') && (!parameters.has('exec.start') || parameters.has('command'))) await stop(made, 0)
  if (printsJid) return `${said}${made.jid}\n`
  return quiet || valueOf(parameters, 'name') === undefined ? said : `${said}${made.name}: created\n`
}

async function change(parameters: JailParameters): Promise<string> {
  await changeJail(parameters)
  return ''
}

async function removeNamed({ words, file, quiet, atOnce }: Options): Promise<CommandResult> {
  const configured = file === '/etc/jail.conf' ? new Map<string, JailParameters>() : readJailConf(file)
  const names = words.includes('*') ? listJails().map(({ name }) => name) : words
  if (names.length === 0) return failed(USAGE)
  let said = ''
  for (const name of names) {
    const found = findJail(name)
    if (found === undefined) throw new JailError(`"${name}" not found`)
    const parameters: JailParameters = configured.get(found.name) ?? new Map<string, string[]>()
    if (!atOnce) {
      said += await runOnHost(parameters, 'exec.prestop')
      said += await runInJail(parameters, found.jid, 'exec.stop')
    }
    await stop(
      found,
      atOnce ? 0 : Number(valueOf(parameters, 'stop.timeout') ?? found.parameters['stop.timeout'] ?? 10),
    )
    if (!atOnce) said += await runOnHost(parameters, 'exec.poststop')
    if (!quiet) said += `${found.name}: removed\n`
  }
  return succeeded(said)
}

/** Asks the jail's processes to end, waits up to `seconds`, ends what is left; returns when nothing of the jail is there. */
async function stop({ jid }: RunningJail, seconds: number): Promise<void> {
  const { status, stderr } = await runProgram(helper(), ['stop-jail', String(jid), String(seconds)])
  if (status !== 0) throw new JailError(stderr.trim() || `jail ${jid} could not be removed`)
}

const helper = () => path.join(storageContext().paths.lib, 'cb')
