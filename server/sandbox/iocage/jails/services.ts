import { appendFileSync } from 'node:fs'
import path from 'node:path'
import type { CommandResult } from '../../command-result.ts'
import { hostCommand, inJail } from '../model/host.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { kernelName, setting, type Jail } from '../model/jail.ts'

/** Runs `exec_start` or `exec_stop` inside the jail; what it prints goes to `log/NAME-console.log`. */
export async function runInside(iocage: Iocage, jail: Jail, key: 'exec_start' | 'exec_stop'): Promise<CommandResult> {
  const words = setting(jail, key).split(/\s+/).filter(Boolean)
  const result = await inJail(kernelName(jail), words)
  try {
    appendFileSync(path.join(iocage.root, 'log', `${jail.id}-console.log`), result.stdout + result.stderr)
  } catch {
    // A log that cannot be written stops no jail.
  }
  return result
}

/** Runs one of the host-side hooks (`exec_prestart` …) as root on the host: one word as it is, more by a shell. */
export async function runHook(
  jail: Jail,
  key: string,
  environment: Record<string, string> = {},
): Promise<CommandResult> {
  const command = setting(jail, key).trim()
  if (command === '' || command === '/usr/bin/true') return { status: 0, stdout: '', stderr: '' }
  const argv = command.includes(' ') ? ['/bin/sh', '-c', command] : [command]
  return await hostCommand('/usr/bin/env', [
    ...Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    ...argv,
  ])
}
