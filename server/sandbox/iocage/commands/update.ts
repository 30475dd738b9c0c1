import type { CommandRun } from '../cli/run-command.ts'
import { IocageError } from '../errors.ts'

/** Patches of FreeBSD do not fit a sandbox's userland. */
export const run: CommandRun = async () => {
  throw new IocageError('A Cellblock sandbox has no freebsd-update: jails can be updated only on a FreeBSD host.')
}
