import { appendFileSync } from 'node:fs'
import path from 'node:path'
import { type CommandResult, succeeded } from '../command-result.ts'
import { runProgram } from '../run-program.ts'
import { storageContext } from '../storage/context.ts'
import { JailError } from './jail-error.ts'
import { isSet, type JailParameters, valueOf } from './jail-parameters.ts'

/** Runs what a jail's `exec.prestart`, `exec.poststop` … say, on the host. */
export async function runOnHost(parameters: JailParameters, name: string): Promise<string> {
  let said = ''
  for (const command of parameters.get(name) ?? []) {
    if (command.trim() === '') continue
    const { status, stdout, stderr } = await runProgram('/bin/sh', ['-c', command])
    said += stdout + stderr
    if (status !== 0) throw new JailError(`${said}${command}: failed`)
  }
  return said
}

/** Runs what `exec.start`, `exec.stop` or `command` say, inside the jail. */
export async function runInJail(parameters: JailParameters, jid: number, name: string): Promise<string> {
  let said = ''
  for (const command of parameters.get(name) ?? []) {
    if (command.trim() === '') continue
    const { status, stdout, stderr } = await insideJail(parameters, jid, ['/bin/sh', '-c', command])
    said += keepOutput(parameters, stdout + stderr)
    if (status !== 0) throw new JailError(`${said}${command}: failed`)
  }
  return said
}

async function insideJail(parameters: JailParameters, jid: number, argv: readonly string[]): Promise<CommandResult> {
  if (argv.length === 0) return succeeded()
  const user = valueOf(parameters, 'exec.jail_user')
  const options = [...(isSet(parameters, 'exec.clean') ? ['-l'] : []), ...(user === undefined ? [] : ['-U', user])]
  return await runProgram(path.join(storageContext().paths.lib, 'cb'), ['jexec', ...options, String(jid), ...argv])
}

/** What is left of a command's output to print when the rest has gone to `exec.consolelog`. */
function keepOutput(parameters: JailParameters, text: string): string {
  const log = valueOf(parameters, 'exec.consolelog')
  if (log === undefined || log === '') return text
  appendFileSync(log, text)
  return ''
}
