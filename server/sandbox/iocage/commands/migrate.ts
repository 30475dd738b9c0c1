import type { CommandRun } from '../cli/run-command.ts'
import { readJails, setting } from '../model/jail.ts'

/** Legacy base jails cannot come to be in a sandbox: there is nothing to migrate, and like the real one it then says nothing. */
export const run: CommandRun = async (iocage) => {
  for (const jail of readJails(iocage, ['jails']))
    if (setting(jail, 'type') === 'basejail')
      iocage.out.error(`${jail.id} is a legacy basejail, which a Cellblock sandbox cannot migrate.`)
}
