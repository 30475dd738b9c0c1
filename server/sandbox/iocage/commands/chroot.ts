import type { CommandRun } from '../cli/run-command.ts'

/** Deprecated in 1.13: only says so. */
export const run: CommandRun = async (iocage) => {
  iocage.out.info('iocage chroot is deprecated. If you need to execute a shell inside the jail use: iocage console')
}
