import type { CommandRun } from '../cli/run-command.ts'
import { IocageError } from '../errors.ts'
import { jailsByPriority, meansAll } from '../jails/all-jails.ts'
import { startJail } from '../jails/start-jail.ts'
import { findJail } from '../model/find-jail.ts'
import { runningJails } from '../model/host.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { kernelName, label, type Jail } from '../model/jail.ts'
import { silentOutput } from '../output.ts'

/** Starts the named jails one after the other, all of them, or (`--rc`) those that start with the host. */
export const run: CommandRun = async (iocage, parsed) => {
  const words = parsed.args
  if (parsed.on('rc')) {
    // At boot 1.13 says only what went wrong.
    const quiet = iocage.dialect === '1.13' ? { ...iocage, out: { ...silentOutput, error: iocage.out.error } } : iocage
    return await startAll(quiet, jailsByPriority(iocage, 'ascending', true))
  }
  const [first] = words
  if (first === undefined)
    throw new IocageError(
      iocage.dialect === '1.13'
        ? 'Usage: iocage start [OPTIONS] JAILS...\n\nError: Missing argument "jails".'
        : 'Please specify either one or more jails or ALL!',
    )
  if (meansAll(iocage, first)) {
    const jails = jailsByPriority(iocage, 'ascending')
    if (jails.length === 0 && iocage.dialect === '0.9.7') throw new IocageError('No jails exist to start!')
    return await startAll(iocage, jails)
  }
  for (const word of words) {
    if (meansAll(iocage, word)) {
      await startAll(iocage, jailsByPriority(iocage, 'ascending'))
      continue
    }
    const jail = findJail(iocage, word)
    try {
      await startJail(iocage, jail)
    } catch (error) {
      if (!(error instanceof IocageError) || !parsed.on('ignore')) throw error
    }
  }
  return 0
}

/** Starts one after the other; a failure is printed and passed over. */
async function startAll(iocage: Iocage, jails: readonly Jail[]): Promise<number> {
  for (const jail of jails) {
    try {
      if ((await runningJails()).has(kernelName(jail)))
        iocage.out.error(
          iocage.dialect === '1.13'
            ? `${jail.id} (${jail.id}) is already running!`
            : `${label(iocage, jail)} is already running!`,
        )
      else await startJail(iocage, jail)
    } catch (error) {
      if (!(error instanceof IocageError)) throw error
      if (error.message !== '') iocage.out.error(error.message)
    }
  }
  return 0
}
