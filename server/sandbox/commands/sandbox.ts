import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { renewCommands } from '../install-commands.ts'
import { makeSandbox } from '../make-sandbox.ts'
import { type SandboxPaths, sandboxPaths } from '../state.ts'

/** What `npm run sandbox -- …` does. */
export async function main(argv: string[]): Promise<number> {
  const built = path.dirname(fileURLToPath(import.meta.url))
  const state = path.resolve(process.env['CELLBLOCK_SANDBOX'] ?? path.join(built, '..', '..', '.cellblock', 'sandbox'))
  const paths = sandboxPaths(state)
  makeSandbox(
    state,
    {
      dialect: process.env['CELLBLOCK_IOCAGE'],
      storage: process.env['CELLBLOCK_STORAGE'],
      hostname: process.env['CELLBLOCK_HOSTNAME'],
    },
    built,
  )
  renewCommands(state, built)
  if (argv[0] === 'bin') {
    process.stdout.write(`${paths.bin}\n`)
    return 0
  }
  return await runInHost(paths, argv)
}

/** Runs the command on the sandbox host, on our own terminal and streams. */
function runInHost(paths: SandboxPaths, argv: readonly string[]): Promise<number> {
  // What the terminal sends, the command gets too: it decides, and we end when it has ended.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.on(signal, () => {})
  return new Promise((resolve) => {
    const child = spawn(path.join(paths.lib, 'cb'), ['enter-host', '--', ...argv], { stdio: 'inherit' })
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
    child.on('error', (error) => {
      process.stderr.write(`sandbox: ${error.message}\n`)
      resolve(126)
    })
    child.on('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  })
}
