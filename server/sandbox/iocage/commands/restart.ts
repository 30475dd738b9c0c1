import type { CommandRun } from '../cli/run-command.ts'
import { IocageError } from '../errors.ts'
import { jailsByPriority, meansAll } from '../jails/all-jails.ts'
import { runInside } from '../jails/services.ts'
import { startJail, stopJail } from '../jails/start-jail.ts'
import { findJail } from '../model/find-jail.ts'
import { inJail, runningJails } from '../model/host.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { kernelName, label, saveJail, type Jail } from '../model/jail.ts'
import { utcTime } from '../python.ts'

/** Stops a jail and starts it again; `-s` only ends its processes and starts its services anew, JID and addresses stay. */
export const run: CommandRun = async (iocage, parsed) => {
  const [word] = parsed.args
  if (word === undefined)
    throw new IocageError('Usage: iocage restart [OPTIONS] JAIL\n\nError: Missing argument "jail".', { status: 2 })
  const jails = meansAll(iocage, word) ? jailsByPriority(iocage, 'ascending') : [findJail(iocage, word)]
  for (const jail of jails) {
    if (parsed.on('soft')) await restartSoftly(iocage, jail)
    else {
      await stopJail(iocage, jail)
      await startJail(iocage, jail)
    }
  }
}

async function restartSoftly(iocage: Iocage, jail: Jail): Promise<void> {
  const name = iocage.dialect === '0.9.7' ? label(iocage, jail) : `${jail.id} (${jail.id})`
  if (!(await runningJails()).has(kernelName(jail))) {
    iocage.out.error(`${label(iocage, jail)} is not running!`)
    return
  }
  iocage.out.info(`Soft restarting ${name}`)
  await runInside(iocage, jail, 'exec_stop')
  // Ends what still runs inside: from inside, where only the jail's own processes are seen.
  await inJail(kernelName(jail), ['/bin/sh', '-c', 'kill -TERM -1 2>/dev/null; exit 0'])
  await runInside(iocage, jail, 'exec_start')
  saveJail(iocage, jail, { last_started: utcTime() })
}
