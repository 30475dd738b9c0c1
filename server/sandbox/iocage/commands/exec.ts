import type { CommandRun } from '../cli/run-command.ts'
import { IocageError } from '../errors.ts'
import { jailsByPriority, meansAll } from '../jails/all-jails.ts'
import { startJail } from '../jails/start-jail.ts'
import { findJail } from '../model/find-jail.ts'
import { attachToJail, runningJails } from '../model/host.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { kernelName, label, type Jail } from '../model/jail.ts'

interface Users {
  hostUser: string | undefined
  jailUser: string | undefined
}

/** Runs a command inside a jail, on the caller's streams. What exit code the caller sees is the dialect's own matter. */
export const run: CommandRun = async (iocage, parsed) => {
  const [word, ...words] = parsed.args
  if (word === undefined)
    throw new IocageError('Usage: iocage exec [OPTIONS] JAIL [COMMAND]...\n\nError: Missing argument "jail".', {
      status: 2,
    })
  if (word.startsWith('-')) throw new IocageError('Please specify a jail first!')
  const [only] = words
  const command = words.length === 1 && only !== undefined ? ['/bin/sh', '-c', only] : words
  const users = usersOf(iocage, parsed.values['host_user'], parsed.values['jail_user'])
  if (iocage.dialect === '0.9.7') return await execByUuid(iocage, findJail(iocage, word), command, users)
  const jails = meansAll(iocage, word) ? jailsByPriority(iocage, 'ascending') : [findJail(iocage, word)]
  for (const jail of jails) await execByName(iocage, jail, command, users, parsed.on('force'))
  return 0
}

function usersOf(iocage: Iocage, hostUser: string | undefined, jailUser: string | undefined): Users {
  // 0.9.7 takes `-u root` for granted and so finds both given whenever `-U` is.
  if (jailUser !== undefined && (iocage.dialect === '0.9.7' || (hostUser !== undefined && hostUser !== 'root')))
    throw new IocageError('Please only specify either host_user or jail_user, not both!')
  return jailUser === undefined ? { hostUser: hostUser ?? 'root', jailUser } : { hostUser: undefined, jailUser }
}

async function execByUuid(iocage: Iocage, jail: Jail, command: string[], users: Users): Promise<number> {
  if (!(await runningJails()).has(kernelName(jail))) {
    iocage.out.info(`${label(iocage, jail)} is not running, starting jail.`)
    await startJail(iocage, jail)
    iocage.out.info('\nCommand output:')
  }
  await attachToJail(kernelName(jail), command, users)
  return 0
}

async function execByName(iocage: Iocage, jail: Jail, command: string[], users: Users, force: boolean): Promise<void> {
  if (!(await runningJails()).has(kernelName(jail))) {
    if (!force) throw new IocageError(`${jail.id} is not running! Please supply --force (-f) or start the jail`)
    await startJail(iocage, jail)
  }
  const status = await attachToJail(kernelName(jail), command, users)
  if (status !== 0) throw new IocageError(`Command: ${command.join(' ')} failed!`)
}
