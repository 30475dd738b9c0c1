import { runIocage } from '../iocage/cli/run-command.ts'
import { storageContext } from '../storage/context.ts'

/** `iocage` of the sandbox host, in the dialect that the sandbox was made with. */
export async function main(argv: string[]): Promise<number> {
  return await runIocage(argv, storageContext().config.dialect)
}
