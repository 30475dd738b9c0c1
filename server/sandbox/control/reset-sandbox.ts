import { existsSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { mustRunProgram, runProgram } from '../run-program.ts'
import type { SandboxPaths } from '../state.ts'

/** Ends the sandbox host with every jail in it; files stay, and the next command starts it again. */
export async function haltSandbox(paths: SandboxPaths): Promise<void> {
  const helper = path.join(paths.lib, 'cb')
  if (!existsSync(helper)) return
  // A pool holds what was written last in memory for some seconds; its host must not be started for this.
  if (existsSync(path.join(paths.host, 'etc'))) await runProgram(path.join(paths.bin, 'zpool'), ['sync'])
  await mustRunProgram(helper, ['stop-host'])
}

/** Removes the sandbox: its host with all that runs there, and every file. Nothing else on the machine belongs to it. */
export async function resetSandbox(paths: SandboxPaths): Promise<void> {
  if (!existsSync(paths.state)) return
  const helper = path.join(paths.lib, 'cb')
  if (!existsSync(paths.config) && !existsSync(helper)) {
    if (readdirSync(paths.state).length === 0) return
    throw new Error(`${paths.state} is not a sandbox, and is left as it is`)
  }
  if (existsSync(helper)) await mustRunProgram(helper, ['stop-host'])
  // An ordinary user's jails leave files that only the root of their user namespace may remove.
  if (process.getuid?.() !== 0 && existsSync(helper))
    await mustRunProgram(helper, ['as-root', '--without-host', 'rm', '-rf', '--', paths.state])
  await rm(paths.state, { recursive: true, force: true, maxRetries: 3 })
}
