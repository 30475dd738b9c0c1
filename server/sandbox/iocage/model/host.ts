import { spawn } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import type { CommandResult } from '../../command-result.ts'
import { storageContext } from '../../storage/context.ts'
import { run } from '../../storage/run.ts'

/** Path of one of the sandbox's own commands (`zfs`, `jls`, …), for programs that are started with pipes of ours. */
export const hostFront = (command: string): string => path.join(storageContext().paths.bin, command)

/** Runs a program on the sandbox host; the sandbox's own commands go before the machine's of that name. */
export async function hostCommand(file: string, argv: readonly string[]): Promise<CommandResult> {
  const front = path.isAbsolute(file) ? file : hostFront(file)
  return await run(existsSync(front) ? front : file, argv)
}

/** Names in the kernel of the jails that run, with their JIDs. */
export async function runningJails(): Promise<Map<string, number>> {
  const { stdout } = await hostCommand('jls', ['jid', 'name'])
  return new Map(
    stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [jid = '', name = ''] = line.trim().split(' ')
        return [name, Number(jid)]
      }),
  )
}

/** `jail ARGV`, in this process: another Node would cost more than the start of the jail. */
export async function jailCommand(...argv: string[]): Promise<CommandResult> {
  const { jail } = await import('../../jails.ts')
  return await jail(argv)
}

/** Runs a command inside a jail (by its kernel name) and answers what it printed. */
export async function inJail(name: string, argv: readonly string[]): Promise<CommandResult> {
  return await hostCommand('jexec', [name, ...argv])
}

/** `ifconfig ARGV` on the sandbox host. */
export async function ifconfig(...argv: string[]): Promise<CommandResult> {
  return await hostCommand('ifconfig', argv)
}

/** How a command of the caller is to run inside a jail. */
export interface Attachment {
  hostUser?: string | undefined
  jailUser?: string | undefined
  /** The whole environment; the caller's unless given. */
  env?: Record<string, string> | undefined
}

/** Runs a command inside a jail on the caller's own streams and terminal; its exit code. */
export async function attachToJail(name: string, argv: readonly string[], options: Attachment = {}): Promise<number> {
  const user =
    options.jailUser !== undefined
      ? ['-U', options.jailUser]
      : options.hostUser !== undefined
        ? ['-u', options.hostUser]
        : []
  const { NODE_ENV } = process.env
  const env =
    options.env === undefined
      ? process.env
      : { NODE_ENV, CELLBLOCK_SANDBOX: storageContext().paths.state, ...options.env }
  const child = spawn(hostFront('jexec'), [...user, name, ...argv], { stdio: 'inherit', env })
  // Ctrl-C is for the program inside; this process only waits for it.
  const ignore = () => {}
  const pass = (signal: NodeJS.Signals) => void child.kill(signal)
  process.on('SIGINT', ignore)
  process.on('SIGQUIT', ignore)
  process.on('SIGTERM', pass)
  process.on('SIGHUP', pass)
  return await new Promise((resolve) => {
    child.on('error', () => resolve(1))
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)))
  })
}

/** The interface that addresses without one belong to: the one with the default route. */
export const hostDefaultInterface = (): string => 'igb0'

/** Mounts an fstab entry at once: nullfs as a bind mount, read-only where it says so. */
export async function mountNow([
  source = '',
  destination = '',
  type = '',
  options = '',
]: readonly string[]): Promise<CommandResult> {
  mkdirSync(destination, { recursive: true })
  if (type !== 'nullfs') return await run('mount', ['-t', type, '-o', options, source, destination])
  const mounted = await run('mount', ['--bind', source, destination])
  if (mounted.status !== 0 || !options.split(',').includes('ro')) return mounted
  return await run('mount', ['-o', 'remount,bind,ro', destination])
}

/** Unmounts a jail's mount at once. */
export async function unmountNow(destination: string): Promise<CommandResult> {
  return await run('umount', ['-l', destination])
}

/** Opens a file in the caller's EDITOR. */
export async function editFile(file: string): Promise<number> {
  const child = spawn(process.env['EDITOR'] ?? 'vi', [file], { stdio: 'inherit' })
  return await new Promise((resolve) => {
    child.on('error', () => resolve(1))
    child.on('close', (code) => resolve(code ?? 1))
  })
}
