import { PanelError } from '@/lib/errors.ts'
import type { Jail } from '@/lib/jail.ts'
import type { JailUser } from '@/lib/jail-user.ts'
import { parsePasswd } from '@/lib/jail-user.ts'
import type { RunCommand } from '../run-command.ts'
import { kernelName } from './console-argv.ts'

const READ_MS = 10_000
/** A passwd larger than this is none, in bytes. */
const PASSWD_MAX_BYTES = 1024 * 1024

/**
 * The users of a running jail, read by cat(1) inside it: the host never follows a path below the jail's root
 * (security.md, T5). Throws `command_failed` when there is no passwd to read.
 */
export async function readJailUsers(
  jail: Pick<Jail, 'id' | 'tag'>,
  jexec: string,
  run: RunCommand,
): Promise<JailUser[]> {
  const { exitCode, stdout } = await run([jexec, kernelName(jail), '/bin/cat', '/etc/passwd'], { timeoutMs: READ_MS })
  if (exitCode !== 0 || stdout.length > PASSWD_MAX_BYTES)
    throw new PanelError('command_failed', `The users of ${jail.tag} cannot be read: its /etc/passwd is missing.`)
  return parsePasswd(stdout)
}
