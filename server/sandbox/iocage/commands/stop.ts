import type { CommandRun } from '../cli/run-command.ts'
import { IocageError } from '../errors.ts'
import { jailsByPriority, meansAll } from '../jails/all-jails.ts'
import { stopJail } from '../jails/start-jail.ts'
import { findJail } from '../model/find-jail.ts'
import { runningJails } from '../model/host.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { kernelName, type Jail } from '../model/jail.ts'
import { silentOutput } from '../output.ts'

/** Stops the named jails, all of them, or (`--rc`) those that start with the host. */
export const run: CommandRun = async (iocage, parsed) => {
  const words = parsed.args
  const force = parsed.on('force')
  if (parsed.on('rc')) {
    const quiet = iocage.dialect === '1.13' ? { ...iocage, out: { ...silentOutput, error: iocage.out.error } } : iocage
    return await stopAll(quiet, jailsByPriority(iocage, 'descending', true), force, true)
  }
  const [first] = words
  if (first === undefined)
    throw new IocageError(
      iocage.dialect === '1.13'
        ? 'Usage: iocage stop [OPTIONS] JAILS...\n\nError: Missing argument "jails".'
        : 'Please specify either one or more jails or ALL!',
    )
  if (meansAll(iocage, first)) {
    const jails = jailsByPriority(iocage, 'descending')
    if (jails.length === 0 && iocage.dialect === '0.9.7') throw new IocageError('No jails exist to stop!')
    return await stopAll(iocage, jails, force)
  }
  for (const word of words) {
    if (meansAll(iocage, word)) {
      await stopAll(iocage, jailsByPriority(iocage, 'descending'), force)
      continue
    }
    const jail = findJail(iocage, word)
    try {
      await stopJail(iocage, jail, { force })
    } catch (error) {
      if (!(error instanceof IocageError) || !parsed.on('ignore')) throw error
    }
  }
  return 0
}

async function stopAll(iocage: Iocage, jails: readonly Jail[], force: boolean, onlyRunning = false): Promise<number> {
  const running = await runningJails()
  for (const jail of jails) {
    if (onlyRunning && !running.has(kernelName(jail))) continue
    try {
      await stopJail(iocage, jail, { force })
    } catch (error) {
      if (!(error instanceof IocageError)) throw error
      if (error.message !== '') iocage.out.error(error.message)
    }
  }
  return 0
}
