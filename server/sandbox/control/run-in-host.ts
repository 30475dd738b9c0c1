import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import path from 'node:path'
import type { SandboxPaths } from '../state.ts'

/** Runs a command on the sandbox host, on our own terminal and streams; its exit code, or 128 and the signal's number. */
export const runInHost = (paths: SandboxPaths, argv: readonly string[]): Promise<number> =>
  runHelper(paths, ['run', '--', ...argv])

/** Runs a program of the machine, with the machine's files, as the sandbox's root: its commands are first in PATH. */
export const runAsRoot = (paths: SandboxPaths, argv: readonly string[]): Promise<number> =>
  runHelper(paths, ['as-root', ...argv])

function runHelper(paths: SandboxPaths, words: readonly string[]): Promise<number> {
  // What the terminal sends, the command gets too: it decides, and we end when it has ended.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.on(signal, () => {})
  return new Promise((resolve) => {
    const child = spawn(path.join(paths.lib, 'cb'), words, { stdio: 'inherit' })
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
    child.on('error', (error) => {
      process.stderr.write(`sandbox: ${error.message}\n`)
      resolve(126)
    })
    child.on('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  })
}
