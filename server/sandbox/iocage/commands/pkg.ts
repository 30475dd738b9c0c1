import type { CommandRun } from '../cli/run-command.ts'
import { IocageError } from '../errors.ts'

/** Packages of FreeBSD cannot run on Linux. */
export const run: CommandRun = async () => {
  throw new IocageError('A Cellblock sandbox has no FreeBSD packages: pkg works only on a FreeBSD host.')
}
