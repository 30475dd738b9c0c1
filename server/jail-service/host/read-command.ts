import type { HostAccess, HostCommand } from './host-access.ts'

/** Longest look at the host, in milliseconds (security.md, time limits: list). */
const READ_TIMEOUT_MS = 10_000

/** A command that only reads could not be run or failed; the message says which and how, fit for the host's problems. */
export class CommandUnusable extends Error {
  override name = 'CommandUnusable'
}

/** Standard output of a command that reads and changes nothing; throws CommandUnusable when it failed. */
export async function readCommand(
  access: HostAccess,
  command: HostCommand,
  argv: readonly string[],
  timeoutMs: number = READ_TIMEOUT_MS,
): Promise<string> {
  const { exitCode, stdout, stderr, cutShort } = await read(access, command, argv, timeoutMs)
  if (cutShort === 'timeout')
    throw new CommandUnusable(`${command} was ended: it had not answered within ${timeoutMs / 1_000} s`)
  if (cutShort === 'too_much_output') throw new CommandUnusable(`${command} was ended: it printed without end`)
  if (exitCode === 0) return stdout
  const said = stderr.trim().split('\n').at(-1)?.slice(0, 200)
  throw new CommandUnusable(
    `${command} ended with ${exitCode === null ? 'a signal' : `exit code ${exitCode}`}${said ? ` and said “${said}”` : ''}`,
  )
}

/** Everything that a command printed, whatever its end; empty when it could not be run. */
export async function tryCommand(
  access: HostAccess,
  command: HostCommand,
  argv: readonly string[],
  timeoutMs: number,
): Promise<string> {
  try {
    return (await read(access, command, argv, timeoutMs)).output
  } catch {
    return ''
  }
}

async function read(access: HostAccess, command: HostCommand, argv: readonly string[], timeoutMs: number) {
  try {
    return await access.read([access.commands[command], ...argv], { timeoutMs })
  } catch (cause) {
    throw new CommandUnusable(`${command} cannot be started (${access.commands[command]})`, { cause })
  }
}
