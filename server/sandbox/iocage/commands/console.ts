import type { CommandRun } from '../cli/run-command.ts'
import { IocageError } from '../errors.ts'
import { startJail } from '../jails/start-jail.ts'
import { findJail } from '../model/find-jail.ts'
import { attachToJail, runningJails } from '../model/host.ts'
import { kernelName, label, setting } from '../model/jail.ts'

/** The environment 1.13 gives a console, whatever the caller's is. */
const CLEAN = {
  PATH: '/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin',
  HOME: '/',
  TERM: 'xterm-256color',
  LANG: 'en_US.UTF-8',
  LC_ALL: 'en_US.UTF-8',
}

/** Opens a login shell in a jail on the caller's terminal. */
export const run: CommandRun = async (iocage, parsed) => {
  const { out, dialect } = iocage
  const [word] = parsed.args
  if (word === undefined)
    throw new IocageError('Usage: iocage console [OPTIONS] JAIL\n\nError: Missing argument "jail".', { status: 2 })
  const jail = findJail(iocage, word)
  if (!(await runningJails()).has(kernelName(jail))) {
    if (!parsed.on('force'))
      throw new IocageError(
        dialect === '1.13'
          ? `${jail.id} is not running! Please supply --force (-f) or start the jail`
          : `${label(iocage, jail)} is not running!`,
      )
    await startJail(iocage, jail)
  }
  const flags = setting(jail, 'login_flags').split(/\s+/).filter(Boolean)
  if (dialect === '0.9.7') {
    await attachToJail(kernelName(jail), ['login', ...flags])
    return 0
  }
  const status = await attachToJail(kernelName(jail), ['login', '-p', ...flags], {
    env: CLEAN,
    jailUser: undefined,
    hostUser: 'root',
  })
  if (status === 0) return 0
  out.error(`Command: login -p ${flags.join(' ')} failed!`)
  throw new IocageError(`Console failed!\nThe cause could be bad permissions for ${jail.path}/root/usr/lib.`)
}
