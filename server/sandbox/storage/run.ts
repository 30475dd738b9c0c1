import { spawn } from 'node:child_process'
import type { CommandResult } from '../command-result.ts'

/** Programs that only root's PATH names (mount, zfs) must be found for an ordinary user's sandbox too. */
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * Runs `file` with `argv` in `cwd`, without a shell; a program that cannot be started answers 127.
 * It is ended when `signal` is aborted.
 */
export function run(file: string, argv: readonly string[], cwd = '/', signal?: AbortSignal): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(file, argv, {
      cwd,
      signal,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH, LC_ALL: 'C' },
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', (error) => resolve({ status: 127, stdout, stderr: `${error.message}\n` }))
    child.on('close', (code) => resolve({ status: code ?? 1, stdout, stderr }))
  })
}

/** As `run`, but throws with what the program said when it failed. */
export async function mustRun(file: string, argv: readonly string[], cwd?: string): Promise<string> {
  const { status, stdout, stderr } = await run(file, argv, cwd)
  if (status !== 0) throw new Error(`${file} failed (${status}): ${stderr.trim()}`)
  return stdout
}

/** Starts `file` and lets it go on after this process has ended. */
export function runDetached(file: string, argv: readonly string[]): void {
  spawn(file, argv, { cwd: '/', detached: true, stdio: 'ignore', env: { ...process.env, PATH } })
    .on('error', () => {})
    .unref()
}
