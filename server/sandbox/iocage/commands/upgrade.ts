import type { CommandRun } from '../cli/run-command.ts'
import { IocageError } from '../errors.ts'
import { findJail } from '../model/find-jail.ts'
import { setting } from '../model/jail.ts'

/** After the checks of the real one: a sandbox's userland cannot be upgraded. */
export const run: CommandRun = async (iocage, parsed) => {
  const [word] = parsed.args
  if (word === undefined)
    throw new IocageError('Usage: iocage upgrade [OPTIONS] JAIL\n\nError: Missing argument "jail".', { status: 2 })
  const jail = findJail(iocage, word)
  const release = parsed.values['release']
  if (release === undefined) throw new IocageError('Target RELEASE is required to upgrade.')
  if (setting(jail, 'release') === 'EMPTY') throw new IocageError('Upgrading is not supported for empty jails.')
  if (setting(jail, 'release').startsWith(release))
    throw new IocageError(`Jail: ${jail.id} is already at version ${setting(jail, 'release')}!`)
  throw new IocageError('A Cellblock sandbox has no freebsd-update: jails can be upgraded only on a FreeBSD host.')
}
